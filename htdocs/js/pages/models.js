/* models.js: the language models that write plans - what is known of each, and its test step by step. */
import { h } from '../dom.js';
import { t, tOr } from '../i18n/index.js';
import { models } from '../api.js';
import { state } from '../state.js';
import { count, duration, host } from '../format.js';
import { icon, turnIcon } from '../ui/icons.js';
import { thing } from '../ui/thing.js';
import { facts, time } from '../ui/bits.js';
import { jobError } from './job-words.js';
import { modelForm } from './model-form.js';
import { Things, testSteps } from './things.js';

/** @param {string[]} list names of models on the server */
function names(list) {
  return h(
    'details',
    h('summary', turnIcon(), t('model.test.list', { n: list.length })),
    h(
      'div.row.wrap.chips',
      list.slice(0, 60).map((x) => h('span.chip.mono', x)),
    ),
  );
}

const quirks = (words) => words.map((w) => t(`quirk.${w}`)).join(t('comma'));

/** What a test found. @param {any} job */
function result(job) {
  const r = job.result ?? {};
  const details = {
    list: (s) => (s.ok ? names(r.models) : t('detail.list.none')),
    listed: (s) => t('detail.listed', { name: s.detail }),
    ask: (s) =>
      s.ok
        ? [
            s.detail && h('q', s.detail),
            r.ms_first_token > 0 && h('div', t('model.test.first', { time: duration(r.ms_first_token) })),
          ]
        : jobError({ code: r.code, message: r.error }),
    quirks: (s) => quirks(s.detail.split(' ')),
    json_schema: (s) => t(s.ok ? 'detail.held' : 'detail.not_held'),
    json_object: (s) => t(s.ok ? 'detail.held' : 'detail.not_held.at_all'),
  };
  return testSteps(job, {
    detail: (s) => details[s.step]?.(s) ?? tOr(`detail.${s.step}`, s.detail),
    advice: (s) => (s.ok || s.optional ? '' : tOr(`advice.${r.code}`, '')),
  });
}

/** @param {any} m */
function prices(m) {
  if ((m.price_in ?? m.price_out ?? null) === null) return null;
  return t('model.price.fact', { in: m.price_in ?? 0, out: m.price_out ?? 0, currency: m.currency ?? '' });
}

/** @param {any} m */
function known(m) {
  const output = m.output === 'auto' ? m.found_output : m.output;
  const headers = Object.keys(m.headers ?? {});
  return facts([
    [t('col.host'), h('span', { title: m.base_url }, host(m.base_url))],
    [t('model.key.short'), m.api_key_hint || t('none')],
    [t('model.output.fact'), output ? t(`output.${output}.short`) : t('output.untested')],
    [t('model.temperature'), m.temperature ?? null],
    [t('model.context_size.fact'), m.context_size ? t('tokens.n', { n: count(m.context_size) }) : null],
    [t('model.at_once.fact'), m.at_once ?? null],
    [t('model.price'), prices(m)],
    [t('headers.title'), headers.length ? headers.join(', ') : null],
    [t('step.quirks'), m.quirks?.length ? quirks(m.quirks) : null],
    [t('model.tested'), m.probed_at ? time(m.probed_at) : null],
  ]);
}

function trouble(m) {
  if (m.last_ok !== false || !m.last_error) return null;
  return h('div.note.warn', icon('alert'), h('div.grow.wrap-any', t('model.last_error'), ' ', m.last_error));
}

/** @param {any} m @param {Things} page */
function card(m, page) {
  const found = page.results.get(m.id);
  return thing({
    item: m,
    icon: 'cube',
    sub: m.model,
    body: [known(m), found ?? trouble(m)],
    test: () => page.test(m),
    admin: state.may('admin') && {
      edit: () => modelForm(m, page),
      makeDefault: () => models.update(m.id, { is_default: true }),
      defaultLabel: t('model.make_default'),
      remove: () => models.remove(m.id),
      title: t('model.delete', { name: m.name }),
      text: t('model.delete.text'),
      done: () => page.load(),
    },
  });
}

/** @param {import('../router.js').Context} c */
export async function mount(c) {
  await new Things(c, {
    name: 'models',
    list: 'div.grid2',
    load: () => state.loadModels(c.signal),
    card,
    form: modelForm,
    test: models.test,
    result,
  }).load();
}
