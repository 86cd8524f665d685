/* generations.js: how models and engines did, what had to be mended most, and the newest generations. */
import { h, fill } from '../dom.js';
import { t, tOr, lang } from '../i18n/index.js';
import { generations } from '../api.js';
import { href } from '../router.js';
import { count, duration, money, oneLine } from '../format.js';
import { icon } from '../ui/icons.js';
import { Table } from '../ui/table.js';
import { statusBadge } from '../ui/badge.js';
import { empty, segments, skeleton, time } from '../ui/bits.js';
import { errorNote } from '../ui/toast.js';

const DAYS = [7, 30, 365];
const RESULTS = ['', 'ok', 'failed', 'cancelled'];

/** @param {string} engine */
const engineName = (engine) => t(`engine.${engine}`);

/** A share as a bar and in words. @param {any} m */
function rate(m) {
  if (!m.count) return h('span.meta', '–');
  const share = m.ok / m.count;
  const bar = h('i');
  bar.style.transform = `scaleX(${share})`;
  const tone = share >= 0.9 ? 'ok' : share >= 0.5 ? '' : 'error';
  const words = t('generations.rate', { ok: m.ok, n: m.count });
  return h(
    'div.rate',
    h('strong.num', `${Math.round(share * 100)} %`),
    h('div.bar', { class: tone, 'aria-hidden': 'true' }, bar),
    h('span.meta', words),
  );
}

/** Its name, which leads to its generations. @param {any} m */
function modelName(m) {
  const to = href('/generations', { model: m.model, engine: m.engine });
  return m.model
    ? h('a.clip', { href: to, title: t('generations.only') }, m.model)
    : h('div.clip', t('generations.no_model'));
}

/** @param {any[]} rows */
function modelTable(rows) {
  const cell = (m) => [
    h('td.name', modelName(m), h('div.meta', engineName(m.engine))),
    h('td', rate(m)),
    h('td.fit.right', m.ms === null ? '–' : duration(m.ms)),
    h('td.fit.right.wide-only', count(m.tokens)),
    h('td.fit.right.wide-only', m.costs.map(money).join(' + ') || '–'),
  ];
  const heads = [
    ['name', 'fact.model'],
    ['', 'generations.success'],
    ['fit right', 'generations.average'],
    ['fit right wide-only', 'col.tokens'],
    ['fit right wide-only', 'col.cost'],
  ];
  return h(
    'div.table-box',
    h(
      'table.table',
      { 'aria-label': t('generations.by_model') },
      h('thead', h('tr', heads.map(([cls, key]) => h('th', { class: cls, scope: 'col' }, t(key))))),
      h('tbody', rows.map((m) => h('tr', cell(m)))),
    ),
  );
}

/** What a code means: of a finding the server says it, of a fix or a failure our texts do. */
function meaning(x, family) {
  return x[`message_${lang()}`] || tOr(`${family}.${x.code}`, x.code);
}

/** Codes with how often, the commonest first. @param {string} title @param {any[]} rows @param {string} family @param {string} none */
function codes(title, rows, family, none) {
  const most = Math.max(1, ...rows.map((x) => x.count));
  const line = (x) => {
    const bar = h('i');
    bar.style.transform = `scaleX(${x.count / most})`;
    return h(
      'li',
      h('div.grow', h('div', meaning(x, family)), h('div.bar', { 'aria-hidden': 'true' }, bar)),
      h('strong.num', { title: t('generations.in', { n: x.generations }) }, count(x.count)),
    );
  };
  return h(
    'section.card',
    h('header', h('h2', title)),
    rows.length ? h('ol.counts', rows.slice(0, 8).map(line)) : h('p.body.meta', none),
  );
}

/** @param {any} s */
function summary(s) {
  const reasons = s.results.filter((x) => x.code !== 'ok' && x.code !== 'cancelled');
  return [
    h('section.stack.tight', h('h2', t('generations.by_model')), modelTable(s.models)),
    h(
      'div.grid3',
      codes(t('generations.fixes'), s.fixes, 'fix', t('generations.fixes.none')),
      codes(t('generations.findings'), s.findings, 'finding', t('generations.findings.none')),
      codes(t('generations.reasons'), reasons, 'error', t('generations.reasons.none')),
    ),
  ];
}

const sum = (o) => Object.values(o).reduce((a, b) => a + b, 0);

/** @param {any} g */
function outcome(g) {
  const state = g.result === 'ok' ? 'succeeded' : g.result === 'cancelled' ? 'cancelled' : 'failed';
  const why = state === 'failed' ? tOr(`error.${g.result}`, g.result) : '';
  return h('span', { title: why }, statusBadge(state));
}

function notes(g) {
  const left = sum(g.findings);
  const mended = sum(g.fixes);
  return [
    mended > 0 && h('span.chip', icon('wrench', 14), count(mended), h('span.sr', t('generations.fixes'))),
    left > 0 && h('span.chip', icon('alert', 14), count(left), h('span.sr', t('generations.findings'))),
  ];
}

const columns = () => [
  {
    key: 'what',
    label: t('col.what'),
    cls: 'name',
    cell: (g) => [
      h('div.clip', oneLine(g.request, 120) || '–'),
      h('div.meta.clip', [g.model, g.engine === 'studio' ? '' : engineName(g.engine)].filter(Boolean).join(' · ')),
    ],
  },
  { key: 'result', label: t('col.status'), cls: 'fit', cell: outcome },
  { key: 'notes', label: t('generations.mended'), cls: 'fit wide-only', cell: (g) => h('div.row', notes(g)) },
  { key: 'rounds', label: t('generations.rounds'), cls: 'fit right wide-only', cell: (g) => String(g.rounds) },
  {
    key: 'tokens',
    label: t('col.tokens'),
    cls: 'fit right wide-only',
    cell: (g) => count(g.tokens.prompt + g.tokens.completion),
  },
  { key: 'cost', label: t('col.cost'), cls: 'fit right wide-only', cell: (g) => (g.cost ? money(g.cost) : '–') },
  { key: 'ms', label: t('col.elapsed'), cls: 'fit right', cell: (g) => duration(g.ms) },
  { key: 'at', label: t('col.started'), cls: 'fit wide-only', cell: (g) => time(g.started_at) },
];

/** @param {import('../router.js').Context} c */
export async function mount(c) {
  let wanted = c.query.get('result') ?? '';
  const only = { model: c.query.get('model'), engine: c.query.get('engine') };
  const first = () =>
    empty(
      t('generations.empty.title'),
      t('generations.empty.text'),
      h('a.btn.primary', { href: href('/new') }, icon('plus', 16), t('nav.new')),
    );
  const table = new Table({
    label: t('generations.recent'),
    signal: c.signal,
    columns: columns(),
    load: (after, signal) => generations.list({ after, result: wanted, limit: 50, ...only }, signal),
    open: (g) => {
      location.hash = href('/new', { job: g.id });
    },
    empty: () => (wanted || only.model ? empty(t('activity.none.title'), t('activity.none.text')) : first()),
  });
  const filter = segments(
    RESULTS.map((key) => ({ key, label: key ? t(`generations.result.${key}`) : t('all') })),
    wanted,
    (key) => {
      wanted = key;
      c.setQuery({ result: key || null });
      table.reload();
    },
    t('col.status'),
  );
  const chosen =
    only.model &&
    h(
      'a.chip',
      { href: href('/generations'), 'aria-label': t('filters.remove') },
      icon('cube', 14),
      [only.model, only.engine === 'dify' && engineName('dify')].filter(Boolean).join(' · '),
      icon('close', 12),
    );
  const recent = h(
    'section.stack.tight',
    h('div.row.between.wrap', h('div.row.wrap', h('h2', t('generations.recent')), chosen), filter),
    table.el,
  );
  const top = h('div.stack', skeleton(3));
  recent.hidden = true; // until it is known what stands above
  const load = async (days) => {
    try {
      const s = await generations.summary({ days }, c.signal);
      fill(top, s.models.length ? summary(s) : null);
    } catch (error) {
      if (error.name !== 'AbortError') fill(top, errorNote(error, () => load(days)));
    }
    recent.hidden = false;
  };
  const span = segments(
    DAYS.map((d) => ({ key: String(d), label: t('generations.days', { n: d }) })),
    '30',
    (key) => load(Number(key)),
    t('generations.span'),
  );
  fill(
    c.root,
    h(
      'div.page',
      h('div.page-head', h('h1', t('nav.generations')), span, h('p.lead', t('generations.lead'))),
      top,
      recent,
    ),
  );
  await Promise.all([load(30), table.reload()]);
}
