/* outline.js: the same graph as text, for screen readers and for those who read faster than they pan. */
import { h } from '../dom.js';
import { t, tOr } from '../i18n/index.js';
import { icon } from '../ui/icons.js';
import { flowOrder } from './model.js';
import { hue, typeIcon } from './types.js';

/** "if mail contains invoice → Draft reply" for each way out. */
function waysOut(node, g) {
  const edges = g.out.get(node.id) ?? [];
  if (!edges.length) return node.terminal || node.type === 'answer' ? null : h('div.meta', t('outline.ends'));
  return h(
    'ul.ways',
    edges.map((e) => {
      const port = node.ports.find((p) => p.id === e.handle);
      const label = port ? [port.label, port.text].filter(Boolean).join(' ') : '';
      return h('li.meta', label ? `${label} → ` : '→ ', g.nodes.get(e.target).title);
    }),
  );
}

/** @param {import('./model.js').Graph} g @param {(id: string) => void} pick @param {Map<string, any[]>} findings */
export function outline(g, pick, findings) {
  const item = (n) => {
    const bad = findings.get(n.id)?.length;
    return h(
      'li',
      { dataset: { id: n.id }, class: n.parent ? 'child' : '' },
      h(
        'button.outline-item',
        { type: 'button', onclick: () => pick(n.id) },
        h('span.mini-tile', { class: `hue-${hue(n.type)}` }, icon(typeIcon(n.type), 14)),
        h('span.grow', h('span.outline-title', n.title), h('span.meta', tOr(`node.${n.type}`, n.type))),
        bad && h('span.badge.error', String(bad)),
      ),
      waysOut(n, g),
    );
  };
  return h(
    'ol.outline',
    { 'aria-label': t('outline.label') },
    flowOrder(g)
      .filter((n) => !n.pill)
      .map(item),
  );
}
