/* composer.js: the box in which a person says what the workflow should do, with model and target under it. */
import { h, fill } from '../dom.js';
import { t } from '../i18n/index.js';
import { state } from '../state.js';
import { icon } from '../ui/icons.js';
import { action } from '../ui/toast.js';

/** A quiet select that draws itself anew when its list changes. */
function picker(label, changes, list, current, choose, signal) {
  const el = /** @type {HTMLSelectElement} */ (h('select.select.bare', { 'aria-label': label, title: label }));
  const draw = () => {
    const items = list();
    fill(
      el,
      items.length
        ? items.map((x) => h('option', { value: x.id, selected: x.id === current()?.id }, x.name))
        : h('option', { value: '' }, `${label}: ${t('none')}`),
    );
  };
  el.addEventListener('change', () => choose(el.value));
  for (const event of changes) state.addEventListener(event, draw, { signal });
  draw();
  return el;
}

/** The generator of the chosen Dify, where it has one. */
function ownGenerator() {
  return state.connection()?.has_generator ? [{ id: 'dify', name: t('engine.dify') }] : [];
}

/** Makes the box as tall as its text, for browsers that can't by style alone. @param {HTMLTextAreaElement} box */
function fit(box) {
  box.style.height = 'auto';
  box.style.height = `${Math.min(box.scrollHeight + 2, window.innerHeight * 0.4)}px`;
}

/**
 * @param {{signal: AbortSignal, value?: string, placeholder: string, label: string, button: string, big?: boolean,
 *   target?: boolean, engines?: boolean, send: (text: string) => Promise<any>}} o target: false where it is known;
 *   engines: false where only a model can do it
 */
export function composer(o) {
  const box = /** @type {HTMLTextAreaElement} */ (
    h('textarea', { rows: o.big ? 4 : 2, placeholder: o.placeholder, 'aria-label': o.label, value: o.value ?? '' })
  );
  const own = o.target === false || o.engines === false ? () => [] : ownGenerator; // it makes new workflows only
  const model = picker(
    t('fact.model'),
    ['models', 'connections'],
    () => [...state.models, ...own()],
    () => (state.engine() === 'dify' && own()[0]) || state.model(),
    (id) => state.chooseModel(id),
    o.signal,
  );
  const target =
    o.target !== false &&
    picker(
      t('new.target'),
      ['connections'],
      () => state.connections,
      () => state.connection(),
      (id) => state.chooseConnection(id),
      o.signal,
    );
  const send = h(
    'button.btn.primary',
    { type: 'button', onclick: action(go) },
    icon(o.big ? 'spark' : 'send', 16),
    o.button,
  );
  async function go() {
    const text = box.value.trim();
    if (!text) {
      box.focus();
      return;
    }
    await o.send(text);
  }
  const grows = CSS.supports('field-sizing', 'content');
  const sync = () => {
    if (!grows) fit(box);
    send.toggleAttribute('disabled', !box.value.trim());
  };
  box.addEventListener('input', sync);
  box.addEventListener('keydown', (e) => {
    if (e.key === 'Enter' && (e.ctrlKey || e.metaKey) && !e.isComposing) {
      e.preventDefault();
      send.click();
    }
  });
  sync();
  const el = h(
    'div.ask-box',
    { class: o.big ? 'big' : '' },
    box,
    h(
      'div.ask-foot',
      h('span.row.pickers', icon('cube', 15), model, target && icon('plug', 15), target),
      h('span.kbd.only-wide', 'Ctrl Enter'),
      send,
    ),
  );
  el.addEventListener('mousedown', (e) => {
    if (e.target === el) {
      e.preventDefault();
      box.focus();
    }
  });
  return {
    el,
    box,
    submit: () => send.click(),
    set(text) {
      box.value = text;
      sync();
      box.focus();
    },
  };
}
