/* models.js: the language models that write plans - list, form with presets, test. */
import { h, fill } from '../dom.js';
import { t } from '../i18n/index.js';
import { models } from '../api.js';
import { state } from '../state.js';
import { jobEnd } from '../watch.js';
import { host, duration } from '../format.js';
import { icon } from '../ui/icons.js';
import { menuButton } from '../ui/menu.js';
import { empty, skeleton } from '../ui/bits.js';
import { sheet, confirm } from '../ui/dialog.js';
import { text, select, check, requireAll, showProblems } from '../ui/field.js';
import { toast, toastError, errorNote, action } from '../ui/toast.js';
import { jobError } from './job-words.js';
import { presets } from './presets.js';

function values(f) {
  const body = {};
  for (const [key, field] of Object.entries(f)) {
    const v = field.value();
    if (v !== undefined && v !== '') body[key] = v;
  }
  return body;
}

/** @param {any} model null for a new one @param {() => void} done */
function form(model, done) {
  const m = model ?? {};
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
      hint: t(m.api_key_hint ? 'secret.keep' : 'secret.sealed'),
    }),
    temperature: text({
      label: t('model.temperature'),
      type: 'number',
      step: '0.1',
      min: 0,
      max: 2,
      value: m.temperature,
      optional: true,
    }),
    max_tokens: text({ label: t('model.max_tokens'), type: 'number', min: 1, value: m.max_tokens, optional: true }),
    timeout_s: text({
      label: t('model.timeout'),
      type: 'number',
      min: 1,
      max: 3600,
      value: m.timeout_s,
      optional: true,
    }),
    is_default: check({
      label: t('model.default'),
      value: m.is_default ?? !state.models.length,
      role: 'switch',
      whole: true,
    }),
  };
  for (const key of ['name', 'base_url', 'model', 'api_key']) f[key].el.classList.add('whole');
  const preset = select({
    label: t('model.preset'),
    options: [{ value: '', label: t('model.preset.own') }, ...presets.map((p) => ({ value: p.id, label: p.name }))],
    onchange: () => {
      const p = presets.find((x) => x.id === preset.value());
      if (!p) return;
      for (const key of ['name', 'base_url', 'model']) {
        f[key].input.value = p[key] ?? '';
        f[key].problem(null);
      }
    },
  });
  preset.el.classList.add('whole');
  sheet({
    title: model ? t('model.edit') : t('models.add'),
    submit: t('save'),
    body: h(
      'div.form-grid',
      !model && preset.el,
      Object.values(f).map((x) => x.el),
    ),
    onsubmit: async () => {
      if (!requireAll([f.name, f.base_url, f.model])) throw new DOMException('', 'AbortError');
      try {
        if (model) await models.update(model.id, values(f));
        else await models.create(values(f));
      } catch (error) {
        if (showProblems(f, error)) throw new DOMException('', 'AbortError');
        throw error;
      }
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
  const test = h(
    'button.btn.small',
    {
      onclick: action(async () => {
        fill(result);
        const answer = await models.test(m.id);
        fill(result, testResult(await jobEnd(answer.job.id, c.signal)));
      }),
    },
    icon('refresh', 15),
    t('test'),
  );
  return h(
    'section.card.thing',
    h(
      'div.thing-head',
      h('span.thing-icon', icon('cube', 20)),
      h(
        'div.grow',
        h('div.row', h('h2.clip', m.name), m.is_default && h('span.badge.live', t('default'))),
        h('div.meta.mono.clip', m.model),
      ),
      test,
      state.may('admin') &&
        menuButton(
          'button.btn.quiet.icon.small',
          { 'aria-label': t('actions.of', { name: m.name }) },
          icon('more'),
          () => [
            { label: t('edit'), icon: 'pencil', run: () => form(m, reload) },
            !m.is_default && {
              label: t('model.make_default'),
              icon: 'okay',
              run: () => models.update(m.id, { is_default: true }).then(reload, toastError),
            },
            '-',
            {
              label: t('delete'),
              icon: 'trash',
              tone: 'danger',
              run: async () => {
                if (
                  !(await confirm({
                    title: t('model.delete', { name: m.name }),
                    text: t('model.delete.text'),
                    confirm: t('delete'),
                  }))
                )
                  return;
                await models.remove(m.id).then(reload, toastError);
              },
            },
          ],
        ),
    ),
    h(
      'dl.facts',
      h('div', h('dt', t('col.host')), h('dd', { title: m.base_url }, host(m.base_url))),
      h('div', h('dt', t('model.key.short')), h('dd.mono', m.api_key_hint || t('none'))),
      m.temperature !== null &&
        m.temperature !== undefined &&
        h('div', h('dt', t('model.temperature')), h('dd', String(m.temperature))),
    ),
    result,
  );
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
