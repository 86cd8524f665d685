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
  far: `650 21px ${SANS}`,
  title: `600 13px ${SANS}`,
  text: `400 12px ${SANS}`,
  label: `600 11px ${SANS}`,
  mono: `400 11.5px ${MONO}`,
};

function tile(node, x, y, size) {
  const art = icon(typeIcon(node.type), size - 10);
  art.setAttribute('x', String(x + 5));
  art.setAttribute('y', String(y + 5));
  return s('g.tile', s('rect', { x, y, width: size, height: size, rx: 7 }), art);
}

function factLine(fact, y) {
  const label = fact.label ? cut(fact.label, 90, FONT.text) : '';
  const font = fact.mono ? FONT.mono : FONT.text;
  const room = CARD.w - 2 * CARD.pad - (label ? measure(label, FONT.text) + 10 : 0);
  const right = fact.mono && label;
  return [
    label &&
      s(
        'text.fact-label',
        { x: right ? CARD.w - CARD.pad : CARD.pad, y, 'text-anchor': right ? 'end' : 'start' },
        label,
      ),
    s(
      'text.fact',
      { class: fact.mono ? 'code' : '', x: right || !label ? CARD.pad : CARD.pad + measure(label, FONT.text) + 8, y },
      cut(fact.text, room, font),
    ),
  ];
}

function portLine(node, port, i) {
  const y = CARD.head + node.facts.length * CARD.fact + i * CARD.port - 2;
  const label = cut(port.label, 90, FONT.label);
  const at = CARD.pad + 8 + (label ? measure(label, FONT.label) + 8 : 0);
  return s(
    'g.port',
    { class: port.tone || '' },
    s('rect', { x: CARD.pad, y: y + 2, width: CARD.w - 2 * CARD.pad, height: CARD.port - 4, rx: 5 }),
    label && s('text.port-label', { x: CARD.pad + 8, y: y + 18 }, label),
    port.text && s('text.fact', { x: at, y: y + 18 }, cut(port.text, CARD.w - CARD.pad - 8 - at, FONT.text)),
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

/** Large words and icon that stand for the card while the view is too far away to read it. @param {any} node @param {number} h */
function farTitle(node, h) {
  const lines = wrap(node.title, node.w - 66, FONT.far, h >= 92 ? 2 : 1);
  const top = h >= 92 ? 14 : h / 2 - 17;
  return s(
    'g.far-title',
    tile(node, 10, top, 34),
    lines.map((line, i) => s('text', { x: 54, y: top + 24 + i * 26 }, line)),
  );
}

function card(node, g) {
  return [
    s('rect.face', { width: node.w, height: node.h, rx: 10 }),
    tile(node, CARD.pad, 10, 28),
    s('text.title', { x: 50, y: 29 }, cut(node.title, node.w - 62, FONT.title)),
    node.facts.map((f, i) => factLine(f, CARD.head + i * CARD.fact + 12)),
    node.ports.map((p, i) => portLine(node, p, i)),
    g.stream ? null : [farTitle(node, node.h), handles(node, g)],
  ];
}

function room(node, g) {
  const fact = node.facts.map((f) => [f.label, f.text].filter(Boolean).join(' ')).join(' · ');
  const title = cut(node.title, node.w - 150, FONT.title);
  return [
    s('rect.face', { width: node.w, height: node.h, rx: 14 }),
    tile(node, CARD.pad, 10, 28),
    s('text.title', { x: 50, y: 29 }, title),
    s('text.fact-label', { x: 58 + measure(title, FONT.title), y: 29 }, fact),
    farTitle(node, CARD.head),
    handles(node, g),
  ];
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
      s('rect', { width: wide, height: 24, rx: 12 }),
      mark,
      text && s('text', { x: 23, y: 16 }, text),
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
  el.append(
    s(
      'g.findings',
      { transform: `translate(${node.w - 10} -10)` },
      s('title', t('findings.count', { n: findings.length })),
      s('rect', { width: Math.max(20, measure(text, FONT.label) + 12), height: 20, rx: 10 }),
      s('text', { x: Math.max(20, measure(text, FONT.label) + 12) / 2, y: 14, 'text-anchor': 'middle' }, text),
    ),
  );
}
