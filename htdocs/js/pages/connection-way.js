/* connection-way.js: the way to a Dify and its colour, folded, as a part of the connection's form. */
import { h } from '../dom.js';
import { t } from '../i18n/index.js';
import { turnIcon } from '../ui/icons.js';
import { wayUsed } from './way.js';

const COLOURS = [null, 'red', 'orange', 'green', 'teal', 'blue', 'violet'];

/** One round button a colour. @param {string|null} chosen */
function swatches(chosen) {
  const inputs = COLOURS.map((c) =>
    h('input', {
      type: 'radio',
      name: 'colour',
      class: c ? `c-${c}` : '',
      value: c ?? '',
      checked: c === chosen,
      title: t(`colour.${c ?? 'none'}`),
      'aria-label': t(`colour.${c ?? 'none'}`),
    }),
  );
  const label = t('way.colour');
  const group = h('div.swatches', { role: 'radiogroup', 'aria-label': label }, inputs);
  const el = h('div.field', h('div.label', label), group);
  const value = () => inputs.find((i) => i.checked)?.value || null;
  return { el, input: inputs[0], value, problem: () => {} };
}

/** @param {any} x the connection as it is, {} for a new one */
export function colourField(x) {
  return swatches(x.colour ?? null);
}

/** Folded away until something of it is used. @param {any} f @param {any} x */
export function waySection(f, x) {
  const used = Boolean(x.colour) || wayUsed(x);
  const body = h('div.stack', f.colour.el, f.proxy.el, f.ca.el, f.insecure.el);
  return h('details.folded', { open: used }, h('summary', turnIcon(), t('way.title')), body);
}
