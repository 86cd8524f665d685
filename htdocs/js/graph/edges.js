/* edges.js: smooth lines between handles. */
import { s } from '../dom.js';
import { CARD } from './model.js';

/** Height of a handle on its card. @param {any} node @param {string} handle */
export function portY(node, handle) {
  if (node.pill) return node.h / 2;
  const i = node.ports.findIndex((p) => p.id === handle);
  if (i < 0) return CARD.head / 2;
  return CARD.head + node.facts.length * CARD.fact + i * CARD.port + CARD.port / 2 - 2;
}

/** Where edges come in. @param {any} node */
export function inY(node) {
  return node.pill ? node.h / 2 : CARD.head / 2;
}

function curve(x1, y1, x2, y2) {
  const reach = x2 >= x1 + 16 ? Math.max(28, Math.min(160, (x2 - x1) / 2)) : Math.min(220, 60 + (x1 - x2) / 3);
  return `M${x1} ${y1}C${x1 + reach} ${y1} ${x2 - reach} ${y2} ${x2} ${y2}`;
}

/** Edge of a streaming plan: sideways inside a row, down at its end. */
function streamPath(a, b) {
  if (a.drop) return `M${a.x + a.w / 2} ${a.y + a.h}L${b.x + b.w / 2} ${b.y}`;
  const back = a.back;
  return `M${back ? a.x : a.x + a.w} ${a.y + a.h / 2}L${back ? b.x + b.w : b.x} ${b.y + b.h / 2}`;
}

/** @param {import('./model.js').GraphEdge} edge @param {import('./model.js').Graph} g */
export function edgePath(edge, g) {
  const a = /** @type {any} */ (g.nodes.get(edge.source));
  const b = /** @type {any} */ (g.nodes.get(edge.target));
  if (g.stream) return streamPath(a, b);
  return curve(a.x + a.w, a.y + portY(a, edge.handle), b.x, b.y + inY(b));
}

/** @param {import('./model.js').GraphEdge} edge @param {import('./model.js').Graph} g */
export function drawEdge(edge, g) {
  const error = edge.handle === 'fail-branch';
  return s('path.edge', {
    d: edgePath(edge, g),
    class: error ? 'error' : '',
    'data-source': edge.source,
    'data-target': edge.target,
  });
}
