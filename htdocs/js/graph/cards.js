/* cards.js: draws node cards, containers, start pills and sticky notes. */
import { s } from '../dom.js';
import { t, tOr } from '../i18n/index.js';
import { duration } from '../format.js';
import { icon } from '../ui/icons.js';
import { CARD } from './model.js';
import { portY, inY } from './edges.js';
import { hue, typeIcon } from './types.js';
import { cut, measure, wrap } from './text.js';

const SANS = 'system-ui, -apple-system, "Segoe UI", "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif';
const MONO = 'ui-monospace, Menlo, Consolas, "DejaVu Sans Mono", monospace';
export const FONT = {
  title: `600 13px ${SANS}`,
  text: `400 12px ${SANS}`,
  label: `600 11px ${SANS}`,
  mono: `400 11.5px ${MONO}`,
};
/** What takes its place when the view is far away: the same lines, larger. */
const FAR_FONT = {
  title: `650 21px ${SANS}`,
  text: `400 17px ${SANS}`,
  label: `600 17px ${SANS}`,
  mono: `400 16px ${MONO}`,
};
const TINY_FONT = `650 29px ${SANS}`;

function tile(node, x, y, size) {
  const art = icon(typeIcon(node.type), size - 10);
  art.setAttribute('x', String(x + 5));
  art.setAttribute('y', String(y + 5));
  return s('g.tile', s('rect', { x, y, width: size, height: size, rx: 7 }), art);
}

function factLine(fact, y, fonts) {
  const label = fact.label ? cut(fact.label, 90, fonts.text) : '';
  const wide = label ? measure(label, fonts.text) : 0;
  const right = fact.mono && label;
  const room = CARD.w - 2 * CARD.pad - (label ? wide + 10 : 0);
  return [
    label &&
      s(
        'text.fact-label',
        { x: right ? CARD.w - CARD.pad : CARD.pad, y, 'text-anchor': right ? 'end' : 'start' },
        label,
      ),
    s(
      'text.fact',
      { class: fact.mono ? 'code' : '', x: right || !label ? CARD.pad : CARD.pad + wide + 8, y },
      cut(fact.text, room, fact.mono ? fonts.mono : fonts.text),
    ),
  ];
}

const portTop = (node, i) => CARD.head + node.facts.length * CARD.fact + i * CARD.port;

function portBox(node, port, i) {
  const size = { width: CARD.w - 2 * CARD.pad, height: CARD.port - 4 };
  return s('rect.port', { x: CARD.pad, y: portTop(node, i), rx: 5, ...size });
}

function portLine(node, port, i, fonts) {
  const y = portTop(node, i) + (fonts === FONT ? 16 : 18);
  const label = cut(port.label, 90, fonts.label);
  const at = CARD.pad + 8 + (label ? measure(label, fonts.label) + 8 : 0);
  return s(
    'g',
    { class: port.tone || '' },
    label && s('text.port-label', { x: CARD.pad + 8, y }, label),
    port.text && s('text.fact', { x: at, y }, cut(port.text, CARD.w - CARD.pad - 8 - at, fonts.text)),
  );
}

/** Little discs where edges leave and come in. @param {any} node @param {import('./model.js').Graph} g */
function handles(node, g) {
  const dot = (x, y) => s('circle.handle', { cx: x, cy: y, r: 4 });
  const out = [];
  if (g.into.has(node.id)) out.push(dot(0, inY(node)));
  if (node.terminal) return out;
  const plain = node.ports.length === 0 || node.ports.every((p) => p.id === 'fail-branch');
  if (plain) out.push(dot(node.w, portY(node, 'source')));
  for (const p of node.ports) out.push(dot(node.w, portY(node, p.id)));
  return out;
}

/** The words of a card as one reads them close by. */
function nearWords(node) {
  return s(
    'g.near',
    tile(node, CARD.pad, 10, 28),
    s('text.title', { x: 50, y: 29 }, cut(node.title, node.w - 62, FONT.title)),
    node.facts.map((f, i) => factLine(f, CARD.head + i * CARD.fact + 12, FONT)),
    node.ports.map((p, i) => portLine(node, p, i, FONT)),
  );
}

/** The same, larger; a title that needs two lines takes the place of the facts. */
function farWords(node) {
  const two = node.facts.length > 0 && measure(node.title, FAR_FONT.title) > node.w - 56;
  return s(
    'g.far-words',
    tile(node, 8, 8, 32),
    wrap(node.title, node.w - 56, FAR_FONT.title, two ? 2 : 1).map((line, i) =>
      s('text.title', { x: 48, y: 31 + i * 25 }, line),
    ),
    !two && node.facts.map((f, i) => factLine(f, CARD.head + i * CARD.fact + 14, FAR_FONT)),
    node.ports.map((p, i) => portLine(node, p, i, FAR_FONT)),
  );
}

/** From still further away nothing but the title, as large as the card lets it be. */
function tinyWords(node, h) {
  const lines = wrap(node.title, node.w - 36, TINY_FONT, Math.max(1, Math.min(3, Math.floor((h - 8) / 32))));
  const top = (h - lines.length * 32) / 2 + 25;
  return s(
    'g.tiny-words',
    s('rect.stripe', { x: 8, y: 8, width: 6, height: h - 16, rx: 3 }),
    lines.map((line, i) => s('text.title', { x: 24, y: top + i * 32 }, line)),
  );
}

function card(node, g) {
  return [
    s('rect.face', { width: node.w, height: node.h, rx: 10 }),
    node.ports.map((p, i) => portBox(node, p, i)),
    g.stream ? null : handles(node, g),
  ];
}

function room(node, g) {
  return [s('rect.face', { width: node.w, height: node.h, rx: 14 }), handles(node, g)];
}

function roomWords(node) {
  const fact = node.facts.map((f) => [f.label, f.text].filter(Boolean).join(' ')).join(' · ');
  const title = cut(node.title, node.w - 150, FONT.title);
  return s(
    'g.near',
    tile(node, CARD.pad, 10, 28),
    s('text.title', { x: 50, y: 29 }, title),
    s('text.fact-label', { x: 58 + measure(title, FONT.title), y: 29 }, fact),
  );
}

/** Writes on a drawn node what is read from so far. @param {SVGElement} el @param {any} node @param {'near'|'far'|'tiny'} level */
export function drawWords(el, node, level) {
  if (node.pill || node.note !== null) return;
  const bare = node.container ? { ...node, facts: [], ports: [] } : node;
  const words = {
    near: () => (node.container ? roomWords(node) : nearWords(node)),
    far: () => farWords(bare),
    tiny: () => tinyWords(bare, node.container ? CARD.head : node.h),
  };
  el.insertBefore(words[level](), el.querySelector('.state, .findings'));
}

function pill(node, g) {
  return [s('rect.face', { width: 44, height: 44, rx: 12 }), tile(node, 8, 8, 28), handles(node, g)];
}

function note(node) {
  const most = Math.floor((node.h - 16) / 18);
  const lines = [];
  for (const para of node.note.split('\n')) {
    if (lines.length < most) lines.push(...wrap(para, node.w - 24, FONT.text, most - lines.length));
  }
  return [
    s('rect.face', { width: node.w, height: node.h, rx: 8 }),
    lines.map((l, i) => s('text.fact', { x: 12, y: 24 + i * 18 }, l)),
  ];
}

/** One node as a focusable group. @param {any} node @param {import('./model.js').Graph} g */
export function drawNode(node, g) {
  const kind = node.note !== null ? 'note' : node.pill ? 'pill' : node.container ? 'room' : 'card';
  const draw = { note, pill, room, card }[kind];
  const type = tOr(`node.${node.type}`, node.type);
  return s(
    'g.node',
    {
      class: `${kind} hue-${hue(node.type)}`,
      'data-id': node.id,
      transform: `translate(${node.x} ${node.y})`,
      tabindex: kind === 'note' ? null : -1,
      role: kind === 'note' ? 'note' : 'button',
      'aria-label': kind === 'note' ? node.note : t('graph.node', { type, title: node.title }),
    },
    draw(node, g),
  );
}

const MARKS = {
  succeeded: 'okay',
  failed: 'fail',
  exception: 'alert',
  stopped: 'stop',
  paused: 'pause',
  running: 'spin',
};

/** Adds or replaces the run state of a drawn node. @param {SVGElement} el @param {any} node @param {any} state */
export function drawState(el, node, state) {
  el.querySelector('.state')?.remove();
  for (const c of ['is-running', 'is-succeeded', 'is-failed', 'is-skipped', 'is-exception', 'is-paused', 'is-stopped'])
    el.classList.remove(c);
  if (!state) return;
  el.classList.add(`is-${state.status}`);
  if (!MARKS[state.status] || node.pill) return;
  const mark = icon(MARKS[state.status], 16);
  const text = state.elapsed_ms > 0 ? duration(state.elapsed_ms) : '';
  const wide = text ? measure(text, FONT.label) + 30 : 24;
  mark.setAttribute('x', '4');
  mark.setAttribute('y', '4');
  el.append(
    s(
      'g.state',
      { transform: `translate(${node.w - wide - 8} -12)` },
      s('g.grows', s('rect', { width: wide, height: 24, rx: 12 }), mark, text && s('text', { x: 23, y: 16 }, text)),
    ),
  );
}

/** Count of findings at the corner. @param {SVGElement} el @param {any} node @param {any[]} findings */
export function drawFindings(el, node, findings) {
  el.querySelector('.findings')?.remove();
  el.classList.remove('has-error', 'has-warn');
  if (!findings.length) return;
  const bad = findings.some((f) => f.tier === 'E' || f.tier === 'R');
  el.classList.add(bad ? 'has-error' : 'has-warn');
  const text = String(findings.length);
  const wide = Math.max(20, measure(text, FONT.label) + 12);
  el.append(
    s(
      'g.findings',
      { transform: `translate(${node.w - 10} -10)` },
      s('title', t('findings.count', { n: findings.length })),
      s(
        'g.grows',
        s('rect', { width: wide, height: 20, rx: 10 }),
        s('text', { x: wide / 2, y: 14, 'text-anchor': 'middle' }, text),
      ),
    ),
  );
}
