/* layout.js: where nodes stand. Keeps the positions of the DSL, makes room where our cards are larger, lays out what has none. */

const GAP = { x: 64, y: 24 };
const SNAP = 56; // at most this far a card moves to make its line straight
const ROOM = { top: 56, side: 24, bottom: 24 };

/** @param {Map<string, any>} nodes @param {any[]} edges */
export function place(nodes, edges) {
  const all = [...nodes.values()];
  scope(all, edges, null);
  absolute(all, nodes, null, 0, 0);
}

/** Lays out one scope, its containers first, because their size depends on what they hold. */
function scope(all, edges, parent) {
  const members = all.filter((n) => n.parent === parent);
  for (const n of members) {
    if (!n.container) continue;
    scope(all, edges, n.id);
    enclose(
      n,
      all.filter((c) => c.parent === n.id),
    );
  }
  if (!hasPositions(members)) layered(members, edges);
  widen(members);
  forward(members, edges);
  straighten(members, edges);
  pushDown(members);
}

function hasPositions(members) {
  const spots = new Set();
  for (const n of members) {
    if (!Number.isFinite(n.x) || !Number.isFinite(n.y)) return false;
    spots.add(`${n.x},${n.y}`);
  }
  return spots.size === members.length || members.length < 2;
}

/** Size of a container, and its children moved under its title. */
function enclose(n, children) {
  if (!children.length) {
    n.w = Math.max(n.w, 280);
    n.h = Math.max(n.h, 120);
    return;
  }
  const left = Math.min(...children.map((c) => c.x));
  const top = Math.min(...children.map((c) => c.y));
  for (const c of children) {
    c.x += ROOM.side - left;
    c.y += ROOM.top - top;
  }
  n.w = Math.max(...children.map((c) => c.x + c.w)) + ROOM.side;
  n.h = Math.max(...children.map((c) => c.y + c.h)) + ROOM.bottom;
}

/** A container that grew shifts what stands to its right. */
function widen(members) {
  const wide = members.filter((n) => n.container && n.rawW && n.w > n.rawW).sort((a, b) => a.x - b.x);
  for (const n of wide) {
    const edge = n.x + n.rawW;
    const delta = n.w - n.rawW;
    for (const m of members) if (m !== n && m.x >= edge - 8) m.x += delta;
  }
}

/** A step put in before another that kept its place: the later one, and all right of it, makes room. */
function forward(members, edges) {
  const inside = new Map(members.map((n) => [n.id, n]));
  for (const e of edges) {
    const a = inside.get(e.source);
    const b = inside.get(e.target);
    if (!a || !b || a === b || b.x >= a.x + a.w || b.x < a.x - SNAP || b.y > a.y) continue;
    const before = ancestors(a.id, edges);
    if (before.has(b.id)) continue;
    const delta = a.x + a.w + GAP.x - b.x;
    const from = b.x;
    const y = b.y;
    for (const m of members) if (m.x >= from - 8 && !before.has(m.id)) m.x += delta;
    a.y = y;
  }
}

/** A node and all that leads to it. */
function ancestors(id, edges) {
  const found = new Set([id]);
  for (const x of found) for (const e of edges) if (e.target === x) found.add(e.source);
  return found;
}

function overlaps(a, b) {
  return a.x < b.x + b.w + 12 && b.x < a.x + a.w + 12 && a.y < b.y + b.h + 12 && b.y < a.y + a.h + 12;
}

/** Where lines meet a card, from its top. */
const lineY = (n) => (n.pill ? n.h / 2 : 24);

/** A card that alone follows another is lifted or lowered to its line; the sizes of our cards are not those of Dify's. */
function straighten(members, edges) {
  const inside = new Map(members.map((n) => [n.id, n]));
  const own = edges.filter((e) => inside.has(e.source) && inside.has(e.target) && e.source !== e.target);
  const count = (end) => own.reduce((map, e) => map.set(e[end], (map.get(e[end]) ?? 0) + 1), new Map());
  const [outs, ins] = [count('source'), count('target')];
  for (const b of [...members].sort((p, q) => p.x - q.x)) {
    const edge = ins.get(b.id) === 1 && own.find((e) => e.target === b.id);
    const a = edge && inside.get(edge.source);
    if (!a || a.x >= b.x || outs.get(a.id) !== 1 || a.ports.length) continue;
    const dy = a.y + lineY(a) - (b.y + lineY(b));
    if (Math.abs(dy) <= SNAP) b.y += dy;
  }
}

/** Moves the lower one of two cards that touch. */
function pushDown(members) {
  const list = members.filter((n) => n.note === null).sort((a, b) => a.y - b.y || a.x - b.x);
  for (let i = 0; i < list.length; i++) {
    for (let turn = 0; turn < list.length; turn++) {
      const hit = list.slice(0, i).find((o) => overlaps(o, list[i]));
      if (!hit) break;
      list[i].y = hit.y + hit.h + GAP.y;
    }
  }
}

/** Columns by longest path, rows in order, each column centred. */
function layered(members, edges) {
  const inside = new Map(members.map((n) => [n.id, n]));
  const into = new Map();
  for (const e of edges) {
    if (!inside.has(e.source) || !inside.has(e.target) || e.source === e.target) continue;
    if (!into.has(e.target)) into.set(e.target, []);
    into.get(e.target).push(e.source);
  }
  const rank = new Map();
  const busy = new Set();
  const of = (id) => {
    if (rank.has(id)) return rank.get(id);
    if (busy.has(id)) return 0;
    busy.add(id);
    const r = Math.max(0, ...(into.get(id) ?? []).map((s) => of(s) + 1));
    busy.delete(id);
    rank.set(id, r);
    return r;
  };
  const columns = [];
  for (const n of members) (columns[of(n.id)] ??= []).push(n);
  let x = 0;
  for (const column of columns.filter(Boolean)) {
    let y = -column.reduce((sum, n) => sum + n.h + GAP.y, -GAP.y) / 2;
    for (const n of column) {
      n.x = x;
      n.y = Math.round(y);
      y += n.h + GAP.y;
    }
    x += Math.max(...column.map((n) => n.w)) + GAP.x;
  }
}

function absolute(all, nodes, parent, dx, dy) {
  for (const n of all) {
    if (n.parent !== parent) continue;
    n.x = Math.round(n.x + dx);
    n.y = Math.round(n.y + dy);
    if (n.container) absolute(all, nodes, n.id, n.x, n.y);
  }
}

/** Cards of a streaming plan: rows that alternate in direction, so that each edge is short. @param {Map<string, any>} nodes @param {number} columns */
export function placeStream(nodes, columns) {
  let i = 0;
  for (const n of nodes.values()) {
    const row = Math.floor(i / columns);
    const at = i % columns;
    n.x = (row % 2 ? columns - 1 - at : at) * (n.w + GAP.x);
    n.y = row * (n.h + 44);
    n.back = row % 2 === 1;
    n.drop = at === columns - 1;
    i++;
  }
}

/** @param {Iterable<any>} nodes */
export function bounds(nodes) {
  let [x1, y1, x2, y2] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const n of nodes) {
    x1 = Math.min(x1, n.x);
    y1 = Math.min(y1, n.y);
    x2 = Math.max(x2, n.x + n.w);
    y2 = Math.max(y2, n.y + n.h);
  }
  return x1 > x2 ? { x: 0, y: 0, w: 1, h: 1 } : { x: x1, y: y1, w: x2 - x1, h: y2 - y1 };
}
