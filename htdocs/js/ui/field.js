/* field.js: labelled form fields that know their value and can show a problem. */
import { h, fill, uid } from '../dom.js';
import { lang, t, tOr } from '../i18n/index.js';
import { icon } from './icons.js';

/**
 * @typedef {Object} Field
 * @property {HTMLElement} el
 * @property {HTMLInputElement|HTMLTextAreaElement|HTMLSelectElement} input
 * @property {() => any} value
 * @property {(message: string|null) => void} problem
 */

/**
 * Label, control, hint and problem line around any control.
 * @param {any} input @param {{label: string, hint?: string|Node, optional?: boolean, whole?: boolean}} o
 * @returns {Field}
 */
export function wrap(input, o) {
  const id = input.id || `f${uid().slice(0, 8)}`;
  input.id = id;
  const line = h('div.problem', { hidden: true, id: `${id}p`, role: 'alert' });
  const el = h(
    'div.field',
    { class: o.whole ? 'whole' : '' },
    h('label', { for: id }, o.label, o.optional && h('span.optional', ` ${t('optional')}`)),
    input.closest('.with-icon') || input,
    o.hint && h('div.hint', { id: `${id}h` }, o.hint),
    line,
  );
  if (o.hint) input.setAttribute('aria-describedby', `${id}h`);
  const problem = (message) => {
    line.hidden = !message;
    fill(line, message && icon('alert', 14), message);
    input.toggleAttribute('aria-invalid', false);
    if (message) {
      input.setAttribute('aria-invalid', 'true');
      input.setAttribute('aria-errormessage', `${id}p`);
    }
  };
  input.addEventListener('input', () => problem(null));
  return { el, input, problem, value: () => input.value };
}

/** Says at a field what is wrong with it and takes back the action that read it. @param {Field} f @param {string} message */
export function refuse(f, message) {
  const folded = f.input.closest('details');
  if (folded) folded.open = true;
  f.problem(message);
  f.input.focus();
  throw new DOMException('', 'AbortError');
}

/** What was typed into a number field: a browser gives out no value for "1-2". @param {Field} f @param {string} typed */
function numberOf(f, typed) {
  const n = Number(typed);
  if (f.input.validity.badInput || !Number.isFinite(n)) refuse(f, t('field.number'));
  return typed === '' ? undefined : n;
}

/** Text, password, number, url. Empty text is undefined; numbers are numbers, what is none is refused. */
export function text(o) {
  const { label, hint, optional, whole, code, ...rest } = o;
  const input = h('input.input', {
    type: 'text',
    autocomplete: 'off',
    spellcheck: 'false',
    class: code ? 'code' : '',
    ...rest,
  });
  const f = wrap(input, { label, hint, optional, whole });
  f.value = () => {
    const v = f.input.value.trim();
    if (o.type === 'number') return numberOf(f, v);
    if (v === '') return undefined;
    return o.type === 'password' ? f.input.value : v;
  };
  return f;
}

export function area(o) {
  const { label, hint, optional, whole, code, value, ...rest } = o;
  const input = h('textarea.area', {
    rows: 3,
    class: code ? 'code' : '',
    spellcheck: code ? 'false' : null,
    ...rest,
    value: value ?? '',
  });
  return wrap(input, { label, hint, optional, whole });
}

/** @param {{label: string, options: {value: string, label: string}[], value?: string, hint?: any, onchange?: any, name?: string, optional?: boolean, whole?: boolean}} o */
export function select(o) {
  const input = h(
    'select.select',
    { onchange: o.onchange, name: o.name },
    o.options.map((x) => h('option', { value: x.value, selected: x.value === o.value }, x.label)),
  );
  return wrap(input, o);
}

/** Checkbox with its word beside it; role switch for what works at once. */
export function check(o) {
  const input = /** @type {HTMLInputElement} */ (
    h('input', { type: 'checkbox', checked: !!o.value, role: o.role, onchange: o.onchange })
  );
  const el = h(
    'div.field',
    { class: o.whole ? 'whole' : '' },
    h('label.check', input, h('span', o.label, o.hint && h('div.hint', o.hint))),
  );
  return { el, input, value: () => input.checked, problem: () => {} };
}

/** Puts problem+json errors[] at the fields they speak of. @param {Record<string, Field>} fields @param {any} error */
export function showProblems(fields, error) {
  let shown = false;
  for (const e of error?.errors || []) {
    const names = String(e.pointer || '').split('/');
    const name = [names.at(-1), names[1]].find((n) => fields[n]);
    if (name) {
      fields[name].problem(lang() === 'en' ? e.message || e.code : tOr(`problem.${e.code}`, e.message || e.code));
      shown = true;
    }
  }
  return shown;
}

/** Required fields that are empty get a problem; the first is focused. @param {Field[]} list */
export function requireAll(list) {
  const empty = list.filter((f) => f.value() === undefined || f.value() === '');
  for (const f of empty) f.problem(t('field.required'));
  empty[0]?.input.focus();
  return empty.length === 0;
}
