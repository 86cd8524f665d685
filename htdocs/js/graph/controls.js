/* controls.js: the buttons on the graph and the keys that do the same. */
import { h } from '../dom.js';
import { t } from '../i18n/index.js';
import { icon } from '../ui/icons.js';
import { step } from './walk.js';

const ZOOM = { '+': 1.25, '=': 1.25, '-': 0.8 };

/** @param {import('./view.js').GraphView} g */
export function toolbar(g) {
  const b = (name, label, fn) =>
    h('button.btn.quiet.icon', { type: 'button', 'aria-label': label, title: label, onclick: fn }, icon(name));
  g.outlineButton = b('list', t('outline.toggle'), () => g.toggleOutline());
  g.zoomText = h('span.zoom.meta.num', '100%');
  return h(
    'div.graph-tools',
    { role: 'toolbar', 'aria-label': t('graph.tools') },
    g.outlineButton,
    h('i'),
    b('minus', t('zoom.out'), () => g.view.zoom(ZOOM['-'], undefined, undefined, true)),
    g.zoomText,
    b('plus', t('zoom.in'), () => g.view.zoom(ZOOM['+'], undefined, undefined, true)),
    b('fit', t('zoom.fit'), () => g.fit()),
  );
}

/** Keys that work wherever the focus is within the graph; true when the key was meant. */
function anywhere(g, e) {
  if (e.key === 'Escape' && g.selected) {
    const id = g.selected;
    g.select(null);
    g.focusNode(id);
    e.stopPropagation();
  } else if (ZOOM[e.key]) g.view.zoom(ZOOM[e.key], undefined, undefined, true);
  else if (e.key === '0') g.fit();
  else return false;
  return true;
}

/** Keys on a node: Enter opens it, arrows walk along the edges. */
function onNode(g, e, id) {
  if (e.key === 'Enter' || e.key === ' ') {
    g.select(id);
    return true;
  }
  if (!e.key.startsWith('Arrow')) return false;
  const next = step(g.graph, id, e.key);
  if (next && g.selected) g.select(next, { focus: true });
  else if (next) g.focusNode(next);
  return true;
}

/** @param {import('./view.js').GraphView} g @param {KeyboardEvent} e */
export function graphKeys(g, e) {
  const target = /** @type {Element} */ (e.target);
  if (target.closest('input, textarea, select') || e.ctrlKey || e.metaKey || e.altKey) return;
  const id = g.svg.contains(target) ? g.nodeAt(e) : null;
  if (anywhere(g, e) || (id && onNode(g, e, id))) e.preventDefault();
}
