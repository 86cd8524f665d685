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

/** A smooth line; its ends run level. */
function curve(x1, y1, x2, y2) {
  const reach = x2 >= x1 + 16 ? Math.max(28, Math.min(160, (x2 - x1) / 2)) : Math.min(220, 60 + (x1 - x2) / 3);
  return [x1 + reach, y1, x2 - reach, y2, x2, y2];
}

const MANY = 400; // beyond that lines are not led around cards
const CLEAR = 14; // between a line and a card that it passes

/** The cards of the same room that stand in the columns between two others. */
function between(a, b, g) {
  if (g.nodes.size > MANY) return [];
  return [...g.nodes.values()].filter(
    (n) => n !== a && n !== b && n.note === null && n.parent === a.parent && n.x < b.x && n.x + n.w > a.x + a.w,
  );
}

/** Whether the line goes behind a card. */
function hits(x1, y1, c, cards) {
  for (let i = 1; i < 32; i++) {
    const t = i / 32;
    const [p, q, r, u] = [(1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t ** 3];
    const x = p * x1 + q * c[0] + r * c[2] + u * c[4];
    const y = p * y1 + q * c[1] + r * c[3] + u * c[5];
    if (cards.some((n) => x > n.x - 4 && x < n.x + n.w + 4 && y > n.y - 4 && y < n.y + n.h + 4)) return true;
  }
  return false;
}

/** The height next to the straight way at which all cards in between are passed. */
function lane(y, cards) {
  const free = (at) => cards.every((n) => at <= n.y - CLEAR || at >= n.y + n.h + CLEAR);
  const tries = cards.flatMap((n) => [n.y - CLEAR, n.y + n.h + CLEAR]).filter(free);
  return tries.sort((p, q) => Math.abs(p - y) - Math.abs(q - y))[0];
}

/** From handle to handle; around what stands in between. */
function route(x1, y1, x2, y2, cards) {
  const plain = curve(x1, y1, x2, y2);
  if (!cards.length || !hits(x1, y1, plain, cards)) return `M${x1} ${y1}C${plain.join(' ')}`;
  const left = Math.max(x1, Math.min(...cards.map((n) => n.x)));
  const right = Math.min(x2, Math.max(...cards.map((n) => n.x + n.w)));
  const y = lane((y1 + y2) / 2, cards);
  return `M${x1} ${y1}C${curve(x1, y1, left, y).join(' ')}H${right}C${curve(right, y, x2, y2).join(' ')}`;
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
  return route(a.x + a.w, a.y + portY(a, edge.handle), b.x, b.y + inY(b), between(a, b, g));
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
