/* model-form.js: the form of a language model - what is needed first, the rest folded in three groups. */
import { h } from '../dom.js';
import { t } from '../i18n/index.js';
import { models } from '../api.js';
import { state } from '../state.js';
import { turnIcon } from '../ui/icons.js';
import { text, select, check, requireAll } from '../ui/field.js';
import { headersField } from './headers.js';
import { presets } from './presets.js';
import { formSheet } from './things.js';
import { wayFields, wayUsed, wayValues } from './way.js';

const CURRENCIES = ['CNY', 'EUR', 'GBP', 'HKD', 'INR', 'JPY', 'KRW', 'SGD', 'TWD', 'USD'];
const OUTPUTS = ['auto', 'json_schema', 'json_object', 'plain'];
const NUMBERS = ['temperature', 'max_tokens', 'context_size', 'timeout_s', 'at_once', 'price_in', 'price_out'];

/** What must be known to ask it at all. @param {any} m */
function mainFields(m) {
  return {
    name: text({ label: t('model.name'), value: m.name, maxlength: 80, placeholder: 'Qwen3 32B', whole: true }),
    base_url: text({
      label: t('model.url'),
      value: m.base_url,
      type: 'url',
      code: true,
      whole: true,
      placeholder: 'http://localhost:11434/v1',
      hint: t('model.url.hint'),
    }),
    model: text({ label: t('model.model'), value: m.model, code: true, whole: true, placeholder: 'qwen3:32b' }),
    api_key: text({
      label: t('model.key'),
      type: 'password',
      optional: true,
      whole: true,
      autocomplete: 'new-password',
      placeholder: m.api_key_hint ?? '',
      hint: t(m.api_key_hint ? 'secret.keep' : 'secret.sealed'),
    }),
    is_default: check({
      label: t('model.default'),
      value: m.is_default ?? !state.models.length,
      role: 'switch',
      whole: true,
    }),
  };
}

/** @param {any} m */
function answerFields(m) {
  const number = (key, more) =>
    text({ label: t(`model.${key}`), type: 'number', value: m[key], optional: true, ...more });
  const found = m.found_output ? t('output.auto.found', { what: t(`output.${m.found_output}`) }) : t('output.auto');
  return {
    output: select({
      label: t('model.output'),
      hint: t('model.output.hint'),
      whole: true,
      value: m.output ?? 'auto',
      options: OUTPUTS.map((value) => ({ value, label: value === 'auto' ? found : t(`output.${value}`) })),
    }),
    temperature: number('temperature', { step: '0.1', min: 0, max: 2 }),
    timeout_s: number('timeout_s', { min: 1, max: 3600, placeholder: '120' }),
    max_tokens: number('max_tokens', { min: 1, hint: t('model.max_tokens.hint') }),
    context_size: number('context_size', { min: 256, hint: t('model.context_size.hint') }),
    at_once: number('at_once', { min: 1, max: 1000, whole: true, hint: t('model.at_once.hint') }),
  };
}

/** @param {any} m */
function priceFields(m) {
  const price = (key) =>
    text({ label: t(`model.${key}`), type: 'number', step: 'any', min: 0, optional: true, value: m[key] });
  const none = { value: '', label: '–' };
  return {
    price_in: price('price_in'),
    price_out: price('price_out'),
    currency: select({
      label: t('model.currency'),
      value: m.currency ?? '',
      options: [none, ...CURRENCIES.map((value) => ({ value, label: value }))],
    }),
  };
}

/** Fills in what is known of a server. @param {Record<string, import('../ui/field.js').Field>} f */
function presetField(f) {
  const hint = h('span');
  const field = select({
    label: t('model.preset'),
    whole: true,
    hint,
    options: [
      { value: '', label: t('model.preset.own') },
      ...presets.map((p) => ({ value: p.id, label: p.name })),
    ],
    onchange: () => {
      const p = presets.find((x) => x.id === field.value());
      hint.textContent = p ? t(`preset.${p.id}`) : '';
      for (const key of p ? ['name', 'base_url', 'model', 'currency'] : []) {
        f[key].input.value = p[key] ?? '';
        f[key].problem(null);
      }
    },
  });
  return field;
}

/** A number that was taken out is null, a key that was left empty stays. @param {any} f @param {any} before */
function values(f, before) {
  if (!requireAll([f.name, f.base_url, f.model])) return null;
  const body = {
    ...wayValues(f),
    is_default: f.is_default.value(),
    output: f.output.value(),
    currency: f.currency.value() || null,
  };
  for (const key of ['name', 'base_url', 'model', 'api_key', 'headers', ...NUMBERS]) {
    const v = f[key].value();
    if (v !== undefined) body[key] = v;
    else if (NUMBERS.includes(key) && (before[key] ?? null) !== null && key !== 'timeout_s') body[key] = null;
  }
  return body;
}

/** @param {string} title @param {boolean} open @param {any[]} fields */
function group(title, open, fields) {
  const body = h(
    'div.form-grid',
    fields.map((f) => f.el),
  );
  return h('details.folded', { open }, h('summary', turnIcon(), title), body);
}

/** @param {any} model null for a new one @param {import('./things.js').Things} page */
export function modelForm(model, page) {
  const m = model ?? {};
  const [main, answer, price, way] = [mainFields(m), answerFields(m), priceFields(m), wayFields(m)];
  const headers = headersField(m.headers ?? {});
  const f = { ...main, ...answer, ...price, ...way, headers };
  const some = (keys) => keys.some((k) => (m[k] ?? null) !== null);
  const limits = some(['temperature', 'max_tokens', 'context_size', 'at_once']) || (m.output ?? 'auto') !== 'auto';
  formSheet({
    title: model ? t('model.edit') : t('models.add'),
    fields: f,
    body: h(
      'div.stack',
      h(
        'div.form-grid',
        !model && presetField(f).el,
        Object.values(main).map((x) => x.el),
      ),
      group(t('model.answers'), limits, Object.values(answer)),
      group(t('model.price'), some(['price_in', 'price_out']), Object.values(price)),
      group(t('model.network'), wayUsed(m) || Object.keys(m.headers ?? {}).length > 0, [headers, ...Object.values(way)]),
    ),
    values: () => values(f, m),
    save: (body) => (model ? models.update(model.id, body) : models.create(body)),
    done: async (saved) => {
      await page.saved(model?.id);
      if (!model) await page.test(saved);
    },
  });
}
