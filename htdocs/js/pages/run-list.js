/* run-list.js: the history of runs, of one workflow or of all; its filters live in the URL. */
import { h, debounce } from '../dom.js';
import { t, tOr } from '../i18n/index.js';
import { runs, workflows } from '../api.js';
import { events } from '../events.js';
import { count, duration, oneLine } from '../format.js';
import { statusBadge } from '../ui/badge.js';
import { Table } from '../ui/table.js';
import { time, empty, segments } from '../ui/bits.js';
import { action } from '../ui/toast.js';
import { icon } from '../ui/icons.js';
import { state } from '../state.js';
import { runOver } from '../watch.js';
import { runError } from './job-words.js';
import { current } from '../router.js';

const STATES = ['', 'running', 'succeeded', 'partial-succeeded', 'failed', 'stopped', 'paused', 'unknown'];
const DAYS = ['1', '7', '30'];
const DAY_MS = 24 * 3600 * 1000;

const brief = (v) =>
  v && typeof v === 'object'
    ? Object.values(v)
        .map((x) => (x && typeof x === 'object' ? (x.filename ?? JSON.stringify(x)) : x))
        .join(' · ')
    : v;

const result = (r) =>
  h('div.clip.plain', r.error ? oneLine(runError(r)) : oneLine(brief(r.outputs)) || '–');

/** A select without a visible label, for a row of filters. */
function choice(label, options, value, choose) {
  return h(
    'select.select.filter-select',
    { 'aria-label': label, onchange: (e) => choose(e.currentTarget.value) },
    options.map(([key, text]) => h('option', { value: key, selected: key === value }, text)),
  );
}

/**
 * @param {{signal: AbortSignal, setQuery: (changes: any) => void, workflow?: string, open: (run: any) => void,
 *   retried: (id: string, run: any) => void, nothing: () => HTMLElement}} o
 * @returns {{el: HTMLElement, load: () => Promise<void>}}
 */
export function runList(o) {
  const { query } = current();
  const wanted = {
    status: STATES.includes(query.get('status')) ? query.get('status') : '',
    days: DAYS.includes(query.get('days')) ? query.get('days') : '',
    workflow: o.workflow ? '' : (query.get('workflow') ?? ''),
  };
  const names = new Map();
  const set = (key, value) => {
    wanted[key] = value;
    o.setQuery({ [key]: value });
    table.reload();
  };
  const clear = () => {
    for (const key of Object.keys(wanted)) wanted[key] = '';
    o.setQuery(wanted);
    bar.replaceChildren(...filters());
    table.reload();
  };
  const again = (r) =>
    h(
      'button.btn.quiet.small',
      { onclick: action(async () => o.retried((await runs.retry(r.id)).run_id, r)) },
      icon('refresh', 15),
      t('run.again'),
    );
  const table = new Table({
    label: t('runs.title'),
    signal: o.signal,
    columns: [
      { key: 'status', label: t('col.status'), cls: 'fit', cell: (r) => statusBadge(r.status) },
      !o.workflow && {
        key: 'workflow',
        label: t('col.workflow'),
        cls: 'name',
        cell: (r) => h('div.clip', names.get(r.workflow_id) ?? '–'),
      },
      { key: 'outputs', label: t('col.outputs'), cls: o.workflow ? 'name' : 'name wide-only', cell: result },
      { key: 'elapsed', label: t('col.elapsed'), cls: 'fit right', cell: (r) => duration(r.elapsed_ms) },
      { key: 'tokens', label: t('col.tokens'), cls: 'fit right wide-only', cell: (r) => count(r.total_tokens) },
      { key: 'started', label: t('col.started'), cls: 'fit', cell: (r) => time(r.started_at ?? r.created_at) },
    ].filter(Boolean),
    load: (after, signal) =>
      runs.list(
        {
          workflow_id: o.workflow ?? wanted.workflow,
          status: wanted.status,
          since: wanted.days && Date.now() - Number(wanted.days) * DAY_MS,
          after,
          limit: 50,
        },
        signal,
      ),
    open: o.open,
    actions: (r) => runOver(r) && state.may('editor') && again(r),
    empty: () =>
      Object.values(wanted).some(Boolean)
        ? empty(t('runs.none.title'), t('runs.none.text'), h('button.btn', { onclick: clear }, t('runs.clear')))
        : o.nothing(),
  });
  const filters = () => [
    segments(
      STATES.map((s) => ({ key: s, label: s ? tOr(`status.${s}`, s) : t('all') })),
      wanted.status,
      (s) => set('status', s),
      t('col.status'),
    ),
    h(
      'div.row.filter-selects',
      choice(
        t('runs.time'),
        [['', t('runs.any_time')], ...DAYS.map((d) => [d, t(`runs.last_${d}`)])],
        wanted.days,
        (d) => set('days', d),
      ),
      !o.workflow &&
        choice(
          t('col.workflow'),
          [['', t('runs.all_workflows')], ...[...names].map(([id, name]) => [id, oneLine(name, 40)])],
          wanted.workflow,
          (id) => set('workflow', id),
        ),
    ),
  ];
  const bar = h('div.filters.scroll-x', ...filters());
  events.on(
    'run',
    debounce((d) => {
      if (!o.workflow || d.workflow_id === o.workflow) table.reload(true);
    }, 500),
    o.signal,
  );
  const learn = async () => {
    if (o.workflow) return;
    const page = await workflows.list({ limit: 100 }, o.signal).catch(() => ({ items: [] }));
    for (const w of page.items) names.set(w.id, w.name);
    bar.replaceChildren(...filters());
  };
  return { el: h('div.stack', bar, table.el), load: () => learn().then(() => table.reload()) };
}
