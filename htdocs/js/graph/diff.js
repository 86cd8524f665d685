/* diff.js: what differs between two versions of a DSL, by node and field; moves alone do not count. */

const COSMETIC = new Set(['selected']);

/** Differences of two values as {field, before, after} down to the first level that differs. @param {any} a @param {any} b */
function fields(a, b, path, out) {
  if (JSON.stringify(a) === JSON.stringify(b)) return;
  const open = (v) => v !== null && typeof v === 'object' && !Array.isArray(v);
  if (!open(a) || !open(b)) {
    out.push({ field: path, before: a, after: b });
    return;
  }
  for (const key of new Set([...Object.keys(a), ...Object.keys(b)])) {
    if (!path && COSMETIC.has(key)) continue;
    fields(a[key], b[key], path ? `${path}.${key}` : key, out);
  }
}

const nodesOf = (dsl) => new Map((dsl?.workflow?.graph?.nodes ?? []).map((n) => [String(n?.id), n]));

/**
 * @param {any} before @param {any} after
 * @returns {{added: Set<string>, removed: Set<string>, changed: Map<string, any[]>, merged: any}} merged: after, with the removed nodes and their edges kept to be shown
 */
export function diffDsl(before, after) {
  const old = nodesOf(before);
  const now = nodesOf(after);
  const added = new Set([...now.keys()].filter((id) => !old.has(id)));
  const removed = new Set([...old.keys()].filter((id) => !now.has(id)));
  const changed = new Map();
  for (const [id, n] of now) {
    const list = [];
    if (old.has(id)) fields(old.get(id).data ?? {}, n.data ?? {}, '', list);
    if (list.length) changed.set(id, list);
  }
  const merged = structuredClone(after);
  const graph = merged?.workflow?.graph;
  if (graph && removed.size) {
    graph.nodes.push(...[...removed].map((id) => structuredClone(old.get(id))));
    graph.edges = [
      ...(graph.edges ?? []),
      ...(before.workflow.graph.edges ?? []).filter(
        (e) => removed.has(String(e.source)) || removed.has(String(e.target)),
      ),
    ];
  }
  return { added, removed, changed, merged };
}

/** The nodes that differ, and those next to them. @param {import('./model.js').Graph} graph @param {{added: Set<string>, removed: Set<string>, changed: Map<string, any>}|null} diff */
export function aroundDiff(graph, diff) {
  if (!diff) return [];
  const marked = new Set([...diff.added, ...diff.removed, ...diff.changed.keys()]);
  const near = new Set(marked);
  for (const e of graph.edges) {
    if (marked.has(e.source)) near.add(e.target);
    if (marked.has(e.target)) near.add(e.source);
  }
  return [...near].map((id) => graph.nodes.get(id)).filter(Boolean);
}
