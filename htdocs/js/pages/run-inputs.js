/* run-inputs.js: form fields made from the variables of a start node. */
import { h } from '../dom.js';
import { t } from '../i18n/index.js';
import { text, area, select, check, refuse } from '../ui/field.js';
import { fileField } from './run-files.js';

const jsonText = (x) => (x && typeof x === 'object' ? JSON.stringify(x, null, 2) : x ? String(x) : '');

function jsonField(v, o) {
  const f = area({
    ...o,
    code: true,
    rows: 4,
    value: jsonText(v.default),
    placeholder: '{ }',
    hint: t('run.json.hint'),
  });
  const raw = f.value;
  f.value = () => {
    const s = raw().trim();
    if (!s) return undefined;
    try {
      const value = JSON.parse(s);
      if (value && typeof value === 'object' && !Array.isArray(value)) return value;
    } catch {
      // told below
    }
    return refuse(f, t('field.json'));
  };
  return f;
}

/** @type {Record<string, (v: any, o: any) => import('../ui/field.js').Field>} */
const makers = {
  'text-input': (v, o) => text({ ...o, maxlength: v.max_length || null, value: v.default || '', spellcheck: 'true' }),
  paragraph: (v, o) => area({ ...o, rows: 5, maxlength: v.max_length || null, value: v.default || '' }),
  select: (v, o) => {
    const options = (v.options ?? []).map((x) => ({ value: String(x), label: String(x) }));
    const f = select({ ...o, options: [{ value: '', label: t('choose') }, ...options], value: v.default || '' });
    const raw = f.value;
    f.value = () => raw() || undefined;
    return f;
  },
  number: (v, o) => text({ ...o, type: 'number', step: 'any', value: v.default ?? '' }),
  checkbox: (v, o) => check({ ...o, value: v.default === true || v.default === 'true' }),
  file: fileField,
  'file-list': fileField,
  json_object: jsonField,
};

/** The variables of the start node. @param {any} dsl @returns {any[]} */
export function startVariables(dsl) {
  const nodes = dsl?.workflow?.graph?.nodes ?? [];
  const start = nodes.find((n) => n?.data?.type === 'start');
  return (start?.data?.variables ?? []).filter((v) => v?.variable && !v.hide);
}

/**
 * @param {any[]} variables @param {string} [connection] where files go
 * @returns {{el: HTMLElement, read: () => any|null, set: (inputs: any) => void, adopt: (inputs: any) => void}}
 *   read gives null when something is missing; adopt takes up what the run made of the files
 */
export function inputForm(variables, connection) {
  const fields = variables.map((v) => ({
    v,
    f: (makers[v.type] ?? makers['text-input'])(v, {
      label: v.label || v.variable,
      optional: !v.required && v.type !== 'checkbox',
      name: v.variable,
      whole: true,
      connection,
    }),
  }));
  return {
    el: h(
      'div.stack',
      fields.map(({ f }) => f.el),
    ),
    read() {
      const inputs = {};
      let missing = null;
      for (const { v, f } of fields) {
        const value = f.value();
        if (value !== undefined && value !== '') inputs[v.variable] = value;
        else if (v.required) {
          f.problem(t('field.required'));
          missing ??= f;
        }
      }
      missing?.input.focus();
      return missing ? null : inputs;
    },
    adopt(inputs) {
      for (const { v, f } of fields) /** @type {any} */ (f).adopt?.(inputs?.[v.variable]);
    },
    set(inputs) {
      for (const { v, f } of fields) {
        const value = inputs?.[v.variable];
        if (value === undefined || value === null) continue;
        if (v.type === 'checkbox') /** @type {HTMLInputElement} */ (f.input).checked = !!value;
        else if ('set' in f) /** @type {any} */ (f).set(value);
        else f.input.value = typeof value === 'object' ? JSON.stringify(value, null, 2) : String(value);
      }
    },
  };
}
