/* models.js: the language models that write plans - list, form with presets, test. */
import { h, fill } from '../dom.js';
import { t } from '../i18n/index.js';
import { models } from '../api.js';
import { state } from '../state.js';
import { jobEnd } from '../watch.js';
import { host, duration } from '../format.js';
import { icon } from '../ui/icons.js';
import { thing } from '../ui/thing.js';
import { empty, facts, skeleton } from '../ui/bits.js';
import { sheet } from '../ui/dialog.js';
import { text, select, check, requireAll, showProblems } from '../ui/field.js';
import { toast, errorNote } from '../ui/toast.js';
import { jobError } from './job-words.js';
import { presets } from './presets.js';

/** What the fields say; a number that was taken out is null. @param {Record<string, any>} f @param {any} before */
function values(f, before) {
  const body = {};
  for (const [key, field] of Object.entries(f)) {
    const v = field.value();
    if (v !== undefined && v !== '') body[key] = v;
    else if (key !== 'api_key' && before[key] !== null && before[key] !== undefined) body[key] = null;
  }
  return body;
}

/** @param {any} m the model as it is, {} for a new one */
function fields(m) {
  const number = (key, label, more) => text({ label, type: 'number', value: m[key], optional: true, ...more });
  const secret = t(m.api_key_hint ? 'secret.keep' : 'secret.sealed');
  const f = {
    name: text({ label: t('model.name'), value: m.name, maxlength: 80, placeholder: 'Qwen3 32B' }),
    base_url: text({
      label: t('model.url'),
      value: m.base_url,
      type: 'url',
      code: true,
      placeholder: 'http://localhost:11434/v1',
      hint: t('model.url.hint'),
    }),
    model: text({ label: t('model.model'), value: m.model, code: true, placeholder: 'qwen3:32b' }),
    api_key: text({
      label: t('model.key'),
      type: 'password',
      optional: true,
      autocomplete: 'new-password',
      placeholder: m.api_key_hint ?? '',
      hint: secret,
    }),
    temperature: number('temperature', t('model.temperature'), { step: '0.1', min: 0, max: 2 }),
    max_tokens: number('max_tokens', t('model.max_tokens'), { min: 1 }),
    timeout_s: number('timeout_s', t('model.timeout'), { min: 1, max: 3600 }),
    is_default: check({
      label: t('model.default'),
      value: m.is_default ?? !state.models.length,
      role: 'switch',
      whole: true,
    }),
  };
  for (const key of ['name', 'base_url', 'model', 'api_key']) f[key].el.classList.add('whole');
  return f;
}

/** Fills in what is known of a server. @param {Record<string, import('../ui/field.js').Field>} f */
function presetField(f) {
  const own = { value: '', label: t('model.preset.own') };
  const field = select({
    label: t('model.preset'),
    whole: true,
    options: [own, ...presets.map((p) => ({ value: p.id, label: p.name }))],
    onchange: () => {
      const p = presets.find((x) => x.id === field.value());
      for (const key of p ? ['name', 'base_url', 'model'] : []) {
        f[key].input.value = p[key];
        f[key].problem(null);
      }
    },
  });
  return field;
}

/** @param {any} model null for a new one @param {() => void} done */
function form(model, done) {
  const before = model ?? {};
  const f = fields(before);
  const rows = Object.values(f).map((x) => x.el);
  sheet({
    title: model ? t('model.edit') : t('models.add'),
    submit: t('save'),
    body: h('div.form-grid', !model && presetField(f).el, rows),
    onsubmit: async () => {
      if (!requireAll([f.name, f.base_url, f.model])) throw new DOMException('', 'AbortError');
      const body = values(f, before);
      await (model ? models.update(model.id, body) : models.create(body)).catch((error) => {
        throw showProblems(f, error) ? new DOMException('', 'AbortError') : error;
      });
      toast(t('saved'), { tone: 'ok' });
      done();
    },
  });
}

/** What a test found, in place under the card's facts. */
function testResult(job) {
  if (!job) return null;
  const r = job.result;
  if (job.state !== 'succeeded' || r?.ok === false) {
    return h(
      'div.note.error',
      icon('fail'),
      h('div.grow.wrap-any', h('strong', t('model.test.bad')), ' ', jobError(r?.error || job.error)),
    );
  }
  const list = r?.models ?? [];
  return h(
    'div.note.ok',
    icon('okay'),
    h(
      'div.grow',
      h('strong', t('model.test.ok')),
      ' ',
      r?.ms_first_token > 0 && t('model.test.first', { time: duration(r.ms_first_token) }),
      list.length > 0 &&
        h(
          'details',
          h('summary', icon('right', 14), t('model.test.list', { n: list.length })),
          h(
            'div.row.wrap.chips',
            list.slice(0, 40).map((x) => h('span.chip.mono', String(x.id ?? x))),
          ),
        ),
    ),
  );
}

function card(m, c, reload) {
  const result = h('div');
  const warm = m.temperature !== null && m.temperature !== undefined && String(m.temperature);
  const known = facts([
    [t('col.host'), h('span', { title: m.base_url }, host(m.base_url))],
    [t('model.key.short'), m.api_key_hint || t('none')],
    [t('model.temperature'), warm],
  ]);
  return thing({
    item: m,
    icon: 'cube',
    sub: m.model,
    body: [known, result],
    test: async () => {
      fill(result);
      const { job } = await models.test(m.id);
      fill(result, testResult(await jobEnd(job.id, c.signal)));
    },
    admin: state.may('admin') && {
      edit: () => form(m, reload),
      makeDefault: () => models.update(m.id, { is_default: true }),
      defaultLabel: t('model.make_default'),
      remove: () => models.remove(m.id),
      title: t('model.delete', { name: m.name }),
      text: t('model.delete.text'),
      done: reload,
    },
  });
}

/** @param {import('../router.js').Context} c */
export async function mount(c) {
  const list = h('div', skeleton(3));
  const add = () => form(null, load);
  const load = async () => {
    try {
      const items = await state.loadModels(c.signal);
      fill(
        list,
        items.length
          ? h(
              'div.grid2',
              items.map((m) => card(m, c, load)),
            )
          : h(
              'div.card',
              empty(
                t('models.empty.title'),
                t('models.empty.text'),
                state.may('admin') && h('button.btn.primary', { onclick: add }, icon('plus', 16), t('models.add')),
              ),
            ),
      );
    } catch (error) {
      if (error.name !== 'AbortError') fill(list, errorNote(error, load));
    }
  };
  fill(
    c.root,
    h(
      'div.page',
      h(
        'div.page-head',
        h('h1', t('nav.models')),
        state.may('admin') && h('button.btn.primary', { onclick: add }, icon('plus', 16), t('models.add')),
        h('p.lead', t('models.lead')),
      ),
      list,
    ),
  );
  await load();
}
