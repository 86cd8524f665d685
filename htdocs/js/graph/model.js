/* model.js: a Dify DSL as a graph that can be drawn - nodes with sizes, edges with ends. Reads anything, trusts nothing. */
import { tOr } from '../i18n/index.js';
import { factsOf, portsOf, isTerminal } from './facts.js';
import { isContainer, isPill } from './types.js';
import { place } from './layout.js';

/**
 * @typedef {Object} GraphNode
 * @property {string} id
 * @property {string} type
 * @property {string} title
 * @property {any} data as in the DSL
 * @property {string|null} parent
 * @property {number} x @property {number} y absolute, top left
 * @property {number} w @property {number} h
 * @property {import('./facts.js').Fact[]} facts
 * @property {import('./facts.js').Port[]} ports
 * @property {boolean} container
 * @property {boolean} pill
 * @property {boolean} terminal
 * @property {string|null} note text of a sticky note
 */

/** @typedef {{id: string, source: string, target: string, handle: string}} GraphEdge */
/** @typedef {{nodes: Map<string, GraphNode>, edges: GraphEdge[], out: Map<string, GraphEdge[]>, into: Map<string, GraphEdge[]>, stream: boolean}} Graph */

export const CARD = { w: 240, head: 48, fact: 20, port: 28, pad: 12 };
const NOTE_LINES = 6;
const MOST_NODES = 3000; // beyond that nobody reads a drawing

/** Text of Dify's sticky note (lexical JSON). */
function noteText(data) {
  const out = [];
  const walk = (n) => {
    if (typeof n?.text === 'string') out.push(n.text);
    for (const c of Array.isArray(n?.children) ? n.children : []) walk(c);
    if (n?.type === 'paragraph') out.push('\n');
  };
  try {
    walk(JSON.parse(data.text).root);
  } catch {
    out.push(String(data?.text ?? ''));
  }
  return out.join('').trim();
}

function size(node) {
  if (node.pill) return { w: 44, h: 44 };
  if (node.note !== null) {
    return {
      w: Math.max(160, Number(node.raw.width) || CARD.w),
      h: Math.max(64, Math.min(240, Number(node.raw.height) || 24 + 18 * NOTE_LINES)),
    };
  }
  const body = node.facts.length * CARD.fact + node.ports.length * CARD.port;
  return { w: CARD.w, h: CARD.head + (body ? body + CARD.pad - 2 : 4) };
}

function readNode(raw, i) {
  const data = raw?.data && typeof raw.data === 'object' ? raw.data : {};
  const isNote = raw?.type === 'custom-note';
  const type = isNote ? 'note' : String(data.type ?? raw?.type ?? 'unknown');
  const node = {
    id: String(raw?.id ?? `#${i}`),
    type,
    data,
    raw,
    title: isPill(type) ? tOr(`node.${type}`, type) : String(data.title || tOr(`node.${type}`, type)),
    parent: raw?.parentId ? String(raw.parentId) : null,
    x: Number(raw?.position?.x),
    y: Number(raw?.position?.y),
    rawW: Number(raw?.width) || 0,
    rawH: Number(raw?.height) || 0,
    facts: isNote ? [] : factsOf(type, data),
    ports: portsOf(type, data),
    container: isContainer(type),
    pill: isPill(type),
    terminal: isTerminal(type),
    note: isNote ? noteText(data) : null,
  };
  return Object.assign(node, size(node));
}

/** @param {GraphEdge[]} edges @param {'source'|'target'} end */
function index(edges, end) {
  const map = new Map();
  for (const e of edges) {
    if (!map.has(e[end])) map.set(e[end], []);
    map.get(e[end]).push(e);
  }
  return map;
}

/** @param {Map<string, any>} nodes @param {GraphEdge[]} edges @returns {Graph} */
function finish(nodes, edges, stream = false) {
  return { nodes, edges, out: index(edges, 'source'), into: index(edges, 'target'), stream };
}

/** Whether the parents of a node are containers, up to one that has none. @param {any} n @param {Map<string, any>} nodes */
function housed(n, nodes) {
  const seen = new Set([n.id]);
  for (let p = n.parent; p; p = nodes.get(p).parent) {
    if (seen.has(p) || !nodes.get(p)?.container) return false;
    seen.add(p);
  }
  return true;
}

/** @param {any} dsl JSON of a Dify app @returns {Graph|null} null when it holds no graph */
export function readDsl(dsl) {
  const graph = dsl?.workflow?.graph ?? dsl?.graph;
  if (!graph || !Array.isArray(graph.nodes) || graph.nodes.length > MOST_NODES) return null;
  const nodes = new Map();
  graph.nodes.forEach((raw, i) => {
    const n = readNode(raw, i);
    if (!nodes.has(n.id)) nodes.set(n.id, n);
  });
  for (const n of nodes.values()) if (n.parent && !housed(n, nodes)) n.parent = null;
  const edges = [];
  (Array.isArray(graph.edges) ? graph.edges : []).forEach((e, i) => {
    const source = String(e?.source);
    const target = String(e?.target);
    if (!nodes.has(source) || !nodes.has(target)) return;
    edges.push({ id: String(e.id ?? i), source, target, handle: String(e.sourceHandle ?? 'source') });
  });
  place(nodes, edges);
  return finish(nodes, edges);
}

/** The nodes that were seen so far while a plan streams. @param {{id: string, type: string, title?: string}[]} list @returns {Graph} */
export function readStream(list) {
  const nodes = new Map();
  const edges = [];
  let last = null;
  for (const item of list) {
    const id = String(item.id);
    if (nodes.has(id)) continue;
    const n = readNode({ id, data: { type: item.type, title: item.title || item.id } }, nodes.size);
    Object.assign(n, { facts: [], ports: [], container: false, w: CARD.w, h: CARD.head + 4 });
    nodes.set(id, n);
    if (last) edges.push({ id: `${last}-${id}`, source: last, target: id, handle: 'source' });
    last = id;
  }
  return finish(nodes, edges, true);
}

/** Nodes in the order of flow, children after their container. @param {Graph} g @returns {GraphNode[]} */
export function flowOrder(g) {
  const done = new Set();
  const out = [];
  const scope = (parent) => {
    const members = [...g.nodes.values()].filter((n) => n.parent === parent && n.note === null);
    const rank = ranks(members, g);
    members.sort((a, b) => rank.get(a.id) - rank.get(b.id) || a.y - b.y || a.x - b.x);
    for (const n of members) {
      if (done.has(n.id)) continue;
      done.add(n.id);
      out.push(n);
      if (n.container) scope(n.id);
    }
  };
  scope(null);
  return out;
}

/** Longest distance from a root, cycles cut. @param {GraphNode[]} members @param {Graph} g */
export function ranks(members, g) {
  const inside = new Set(members.map((n) => n.id));
  const rank = new Map();
  const busy = new Set();
  const of = (id) => {
    if (rank.has(id)) return rank.get(id);
    if (busy.has(id)) return 0;
    busy.add(id);
    let r = 0;
    for (const e of g.into.get(id) ?? [])
      if (inside.has(e.source) && e.source !== id) r = Math.max(r, of(e.source) + 1);
    busy.delete(id);
    rank.set(id, r);
    return r;
  };
  for (const n of members) of(n.id);
  return rank;
}

/** Everything before and after a node, itself included. @param {Graph} g @param {string} id */
export function pathOf(g, id) {
  const found = new Set([id]);
  const walk = (from, map, end) => {
    for (const e of map.get(from) ?? []) {
      if (found.has(e[end])) continue;
      found.add(e[end]);
      walk(e[end], map, end);
    }
  };
  walk(id, g.out, 'target');
  const after = new Set(found);
  found.clear();
  found.add(id);
  walk(id, g.into, 'source');
  for (const x of after) found.add(x);
  for (const x of [...found]) {
    const p = g.nodes.get(x)?.parent;
    if (p) found.add(p);
  }
  return found;
}

/** In how many containers a node stands. @param {GraphNode} n @param {Graph} g */
export function depth(n, g) {
  let d = 0;
  for (let p = n.parent; p && d < 20; p = g.nodes.get(p)?.parent) d++;
  return d;
}

/** Findings by the node they are about. @param {import('../types.js').Finding[]} list @returns {Map<string, any[]>} */
export function byNode(list) {
  const map = new Map();
  for (const f of list) if (f.node) map.set(String(f.node), [...(map.get(String(f.node)) ?? []), f]);
  return map;
}
