/* timeline.js: what each node of a run did; the rounds of an iteration or loop are folded into it. */
import { h, fill } from '../dom.js';
import { t, tOr } from '../i18n/index.js';
import { count, duration } from '../format.js';
import { icon } from '../ui/icons.js';
import { valueBoxOrNull } from '../ui/code.js';
import { errorText } from '../graph/panel.js';
import { hue, typeIcon } from '../graph/types.js';

const marks = {
  succeeded: ['okay', 'ok'],
  failed: ['fail', 'error'],
  running: ['spin', 'live'],
  exception: ['alert', 'warn'],
  paused: ['pause', 'warn'],
};

/** @param {string} status */
export function mark(status) {
  const [glyph, cls] = marks[status] ?? ['minus', ''];
  const words = tOr(`status.${status}`, status);
  return h('span.state-mark', { class: cls, title: words }, icon(glyph, 16), h('span.sr', words));
}

const sum = (list, key) => list.reduce((n, x) => n + Math.max(0, x[key] ?? 0), 0);

/** What stands for several executions: the worst of them. */
function together(list) {
  const has = (s) => list.some((n) => n.status === s);
  return ['failed', 'running', 'paused', 'exception'].find(has) ?? 'succeeded';
}

/** The executions of each round, in order. @param {any[]} list @returns {[number, any[]][]} */
export function rounds(list) {
  const found = new Map();
  for (const n of list) {
    const at = n.round ?? 0;
    if (!found.has(at)) found.set(at, []);
    found.get(at).push(n);
  }
  return [...found].sort((a, b) => a[0] - b[0]);
}

/** @param {any[]} list @returns {Map<string, any[]>} */
function byParent(list) {
  const found = new Map();
  for (const n of list.filter((x) => x.parent)) {
    const key = String(n.parent);
    if (!found.has(key)) found.set(key, []);
    found.get(key).push(n);
  }
  return found;
}

export class Timeline {
  /** @param {{show?: (nodeId: string) => void}} o */
  constructor(o) {
    this.o = o;
    /** @type {Map<string, boolean>} what a person opened and closed */
    this.chosen = new Map();
    this.el = h('ol.timeline', { 'aria-label': t('run.timeline') });
  }

  /** @param {any[]} list executions in the order of their start @param {any} [nothing] what stands there without any */
  draw(list, nothing) {
    const focus = document.activeElement?.closest('details')?.dataset.key;
    const held = focus && this.el.contains(document.activeElement);
    const known = new Set(list.map((n) => String(n.node_id)));
    this.inside = byParent(list);
    const top = list.filter((n) => !n.parent || !known.has(String(n.parent)));
    fill(
      this.el,
      top.map((n) => this.item(n)),
      !top.length && nothing,
    );
    if (held) this.el.querySelector(`details[data-key="${CSS.escape(focus)}"] > summary`)?.focus();
  }

  /** A line that unfolds; its inside is made when it is first seen. */
  fold(key, open, head, inside) {
    const body = h('div.stack.tight');
    const make = () => {
      if (!body.firstChild) fill(body, inside());
    };
    const now = this.chosen.get(key) ?? open;
    if (now) make();
    const details = h(
      'details',
      { open: now, dataset: { key } },
      h(
        'summary',
        {
          onclick: () => {
            this.chosen.set(key, !details.open);
            make();
          },
        },
        head,
        icon('down', 16),
      ),
      body,
    );
    return details;
  }

  item(n) {
    const id = String(n.node_id);
    const children = this.inside.get(id) ?? [];
    const live = children.length > 0 && n.status === 'running';
    const head = [
      h('span.mini-tile', { class: `hue-${hue(n.type)}` }, icon(typeIcon(n.type), 14)),
      h('span.grow', h('span.clip', n.title || tOr(`node.${n.type}`, n.type ?? id))),
      children.length > 0 && h('span.meta.nowrap', t('run.rounds', { n: rounds(children).length })),
      this.cost(n.tokens, n.elapsed_ms),
      mark(n.status),
    ];
    const inside = () => [
      n.error && h('div.note.error', icon('fail'), h('div.wrap-any', errorText(n.error))),
      children.length > 0 &&
        h(
          'ol.rounds',
          rounds(children).map(([at, list], i, all) => this.round(id, at, list, live && i === all.length - 1)),
        ),
      valueBoxOrNull(t('run.inputs'), n.inputs),
      valueBoxOrNull(t('run.outputs'), n.outputs),
      this.o.show && h('button.link', { onclick: () => this.o.show(id) }, t('run.show_node')),
    ];
    const open = n.status === 'failed' || live;
    return h('li', { class: `st-${n.status}` }, this.fold(String(n.execution ?? id), open, head, inside));
  }

  round(id, at, list, live) {
    const status = together(list);
    const head = [
      h('span.grow', t('run.round', { n: at + 1 })),
      this.cost(sum(list, 'tokens'), sum(list, 'elapsed_ms')),
      mark(status),
    ];
    const inside = () =>
      h(
        'ol.round-steps',
        list.map((n) => this.item(n)),
      );
    return h('li', { class: `st-${status}` }, this.fold(`${id}#${at}`, live || status === 'failed', head, inside));
  }

  cost(tokens, ms) {
    return [
      tokens > 0 && h('span.meta.num.nowrap', t('tokens.n', { n: count(tokens) })),
      ms > 0 && h('span.meta.num.nowrap', duration(ms)),
    ];
  }
}
