/* walk.js: where an arrow key leads from a node. */

const middle = (n) => ({ x: n.x + n.w / 2, y: n.y + n.h / 2 });

/** Neighbour along the edges (left, right) or beside it (up, down). @param {import('./model.js').Graph} g @param {string} id @param {string} key */
export function step(g, id, key) {
  const node = g.nodes.get(id);
  if (!node) return null;
  if (key === 'ArrowRight') return nearest(node, follow(g, id, 'out', 'target'), g) ?? inside(g, node);
  if (key === 'ArrowLeft') return nearest(node, follow(g, id, 'into', 'source'), g) ?? node.parent;
  return beside(g, node, key === 'ArrowDown' ? 1 : -1);
}

function follow(g, id, map, end) {
  return (g[map].get(id) ?? []).map((e) => e[end]);
}

function inside(g, node) {
  if (!node.container) return null;
  return [...g.nodes.values()].find((n) => n.parent === node.id && n.pill)?.id ?? null;
}

function nearest(from, ids, g) {
  const m = middle(from);
  return (
    ids.map((i) => g.nodes.get(i)).sort((a, b) => Math.abs(middle(a).y - m.y) - Math.abs(middle(b).y - m.y))[0]?.id ??
    null
  );
}

/** The closest card above or below; what stands in the same column counts as closer. */
function beside(g, node, sign) {
  const m = middle(node);
  let best = null;
  let score = Infinity;
  for (const n of g.nodes.values()) {
    if (n === node || n.note !== null || n.id === node.parent) continue;
    const c = middle(n);
    const dy = (c.y - m.y) * sign;
    if (dy <= 8) continue;
    const s = dy + Math.abs(c.x - m.x) * 2;
    if (s < score) {
      score = s;
      best = n.id;
    }
  }
  return best;
}
