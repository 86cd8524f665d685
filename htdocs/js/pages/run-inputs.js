/* run-inputs.js: form fields made from the variables of a start node. */
import { h } from '../dom.js';
import { t } from '../i18n/index.js';
import { text, area, select, check } from '../ui/field.js';

const KINDS = {
  image: /\.(png|jpe?g|gif|webp|svg)$/i,
  audio: /\.(mp3|m4a|wav|amr|mpga)$/i,
  video: /\.(mp4|mov|mpeg|webm)$/i,
};

/** Dify's file value for a link. @param {string} url @param {any} v */
function fileValue(url, v) {
  const path = url.split(/[?#]/)[0];
  const guess = Object.keys(KINDS).find((k) => KINDS[k].test(path)) ?? 'document';
  const allowed = v.allowed_file_types ?? [];
  return { type: allowed.length && !allowed.includes(guess) ? allowed[0] : guess, transfer_method: 'remote_url', url };
}

const lines = (s) =>
  s
    .split('\n')
    .map((x) => x.trim())
    .filter(Boolean);

function jsonField(v, o) {
  const f = area({
    ...o,
    code: true,
    rows: 4,
    value: v.default ? String(v.default) : '',
    placeholder: '{ }',
    hint: t('run.json.hint'),
  });
  const raw = f.value;
  f.value = () => {
    const s = raw().trim();
    if (!s) return undefined;
    try {
      return JSON.parse(s);
    } catch {
      f.problem(t('field.json'));
      throw new DOMException('', 'AbortError');
    }
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
  file: (v, o) => {
    const f = text({ ...o, type: 'url', placeholder: 'https://', hint: t('run.file.hint') });
    const raw = f.value;
    f.value = () => {
      const u = raw();
      return u ? fileValue(u, v) : undefined;
    };
    return f;
  },
  'file-list': (v, o) => {
    const f = area({ ...o, rows: 3, placeholder: 'https://', hint: t('run.files.hint') });
    const raw = f.value;
    f.value = () => {
      const list = lines(raw());
      return list.length ? list.map((u) => fileValue(u, v)) : undefined;
    };
    return f;
  },
  json_object: jsonField,
};

/** The variables of the start node. @param {any} dsl @returns {any[]} */
export function startVariables(dsl) {
  const nodes = dsl?.workflow?.graph?.nodes ?? [];
  const start = nodes.find((n) => n?.data?.type === 'start');
  return (start?.data?.variables ?? []).filter((v) => v?.variable && !v.hide);
}

/**
 * @param {any[]} variables
 * @returns {{el: HTMLElement, read: () => any|null, set: (inputs: any) => void}} read gives null when something is missing
 */
export function inputForm(variables) {
  const fields = variables.map((v) => ({
    v,
    f: (makers[v.type] ?? makers['text-input'])(v, {
      label: v.label || v.variable,
      optional: !v.required && v.type !== 'checkbox',
      name: v.variable,
      whole: true,
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
    set(inputs) {
      for (const { v, f } of fields) {
        const value = inputs?.[v.variable];
        if (value === undefined || value === null) continue;
        if (v.type === 'checkbox') /** @type {HTMLInputElement} */ (f.input).checked = !!value;
        else if (v.type === 'file') f.input.value = value.url ?? '';
        else if (v.type === 'file-list')
          f.input.value = value
            .map((x) => x.url)
            .filter(Boolean)
            .join('\n');
        else f.input.value = typeof value === 'object' ? JSON.stringify(value, null, 2) : String(value);
      }
    },
  };
}
