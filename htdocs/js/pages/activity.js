/* activity.js: jobs - what runs, what waits, what failed and why. */
import { h, fill, debounce } from '../dom.js';
import { t, tOr } from '../i18n/index.js';
import { generations, jobs, workflows } from '../api.js';
import { state } from '../state.js';
import { events } from '../events.js';
import { isOver } from '../watch.js';
import { href } from '../router.js';
import { duration } from '../format.js';
import { icon } from '../ui/icons.js';
import { Table } from '../ui/table.js';
import { statusBadge } from '../ui/badge.js';
import { time, empty, segments, idChip } from '../ui/bits.js';
import { action } from '../ui/toast.js';
import { jobTitle, jobLink, learnAsks, learnNames, jobError, phaseText, troubleText } from './job-words.js';

const kindIcons = {
  generate: 'spark',
  deploy: 'deploy',
  create: 'deploy',
  run: 'play',
  forward: 'upload',
  upload: 'upload',
  backup: 'file',
  test_model: 'cube',
  test_connection: 'plug',
  list_apps: 'list',
  import_apps: 'download',
  promote: 'branch',
  'model-test': 'cube',
  'connection-test': 'plug',
};

const STATES = ['', 'running', 'queued', 'failed', 'succeeded', 'cancelled'];

function what(j) {
  const bad = j.state === 'failed' && jobError(j.error);
  const live = !isOver(j.state) && phaseText(j.progress);
  const trouble = !isOver(j.state) && troubleText(j.progress);
  const pct = j.progress?.percent;
  return h(
    'div.job-what',
    icon(kindIcons[j.kind] ?? 'pulse', 18),
    h(
      'div.grow',
      h('div.clip', jobTitle(j)),
      bad && h('div.meta.clip.error-text', { title: bad }, bad),
      live && h('div.meta.clip', live),
      trouble && h('div.meta.wrap-any', trouble),
      j.state === 'running' && h('div.bar', { class: typeof pct === 'number' ? '' : 'open' }, fillBar(pct)),
    ),
  );
}

function fillBar(pct) {
  const i = h('i');
  if (typeof pct === 'number') i.style.transform = `scaleX(${Math.max(0.02, pct / 100)})`;
  return i;
}

function took(j) {
  if (!j.started_at) return '–';
  return duration((j.finished_at ?? Date.now()) - j.started_at);
}

const columns = () => [
  { key: 'what', label: t('col.what'), cls: 'name', cell: what },
  { key: 'state', label: t('col.status'), cls: 'fit', cell: (j) => statusBadge(j.state) },
  { key: 'took', label: t('col.elapsed'), cls: 'fit right wide-only', cell: took },
  { key: 'attempts', label: t('col.attempts'), cls: 'fit right wide-only', cell: (j) => String(j.attempts ?? '–') },
  { key: 'id', label: 'ID', cls: 'fit wide-only', cell: (j) => idChip(j.id) },
  { key: 'created', label: t('col.started'), cls: 'fit', cell: (j) => time(j.created_at) },
];

/** Cancel while it goes on, a way back to it when it failed. @param {any} j @param {() => Promise<any>} reload */
function rowActions(j, reload) {
  const cancel = action(async () => {
    await jobs.cancel(j.id);
    await reload();
  });
  const again = j.state === 'failed' && jobLink(j);
  return [
    !isOver(j.state) &&
      state.may('editor') &&
      h('button.btn.quiet.small', { onclick: cancel }, icon('stop', 15), t('cancel')),
    again && h('a.btn.quiet.small', { href: again }, icon('refresh', 15), t('retry')),
  ];
}

function emptyList(wanted) {
  if (wanted) return empty(t('activity.none.title'), t('activity.none.text'));
  const start = h('a.btn.primary', { href: href('/new') }, icon('plus', 16), t('nav.new'));
  return empty(t('activity.empty.title'), t('activity.empty.text'), start);
}

/** Keeps the list as it is on the server. @param {Table} table @param {AbortSignal} signal */
function follow(table, signal) {
  const soon = debounce(() => table.reload(true), 500);
  events.on(
    'job',
    (d) => {
      const known = table.items.find((j) => j.id === d.id);
      if (known && !isOver(d.state ?? '')) table.update({ ...known, ...d, progress: d.progress ?? known.progress });
      else soon();
    },
    signal,
  );
  const timer = setInterval(() => {
    if (events.state !== 'open' && !document.hidden) table.reload(true);
  }, 4000);
  signal.addEventListener('abort', () => clearInterval(timer));
}

/** @param {import('../router.js').Context} c */
export function mount(c) {
  let wanted = c.query.get('state') ?? '';
  const table = new Table({
    label: t('nav.activity'),
    signal: c.signal,
    columns: columns(),
    load: (after, signal) => jobs.list({ after, state: wanted, limit: 50 }, signal),
    open: (j) => {
      const to = jobLink(j);
      if (to) location.hash = to;
    },
    actions: (j) => rowActions(j, () => table.reload(true)),
    empty: () => emptyList(wanted),
  });
  const choose = (s) => {
    wanted = s;
    c.setQuery({ state: s });
    table.reload();
  };
  const choice = STATES.map((s) => ({ key: s, label: s ? tOr(`status.${s}`, s) : t('all') }));
  const filter = h('div.filters.scroll-x', segments(choice, wanted, choose, t('col.status')));
  fill(c.root, h('div.page', h('div.page-head', h('h1', t('nav.activity')), h('a.btn', { href: href('/runs') }, icon('history', 16), t('runs.title'))), filter, table.el));
  follow(table, c.signal);
  const named = () => table.items.length > 0 && table.draw();
  const nameless = () => {}; // the list is readable without names
  workflows.list({ limit: 100 }, c.signal).then((p) => (learnNames(p.items), named()), nameless);
  generations.list({ limit: 100 }, c.signal).then((p) => (learnAsks(p.items), named()), nameless);
  return table.reload();
}
