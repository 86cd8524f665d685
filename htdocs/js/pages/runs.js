/* runs.js: the history of a workflow's runs, and one of them opened. */
import { h, fill, debounce } from '../dom.js';
import { t } from '../i18n/index.js';
import { runs } from '../api.js';
import { prefs } from '../state.js';
import { events } from '../events.js';
import { count, duration, oneLine } from '../format.js';
import { icon } from '../ui/icons.js';
import { statusBadge } from '../ui/badge.js';
import { Table } from '../ui/table.js';
import { time, empty } from '../ui/bits.js';
import { RunView } from './run-view.js';

const brief = (v) =>
  v && typeof v === 'object'
    ? Object.values(v)
        .map((x) => (typeof x === 'object' ? JSON.stringify(x) : x))
        .join(' · ')
    : v;

/** @param {any} o tab context */
export function runsTab(o) {
  const id = o.page.query.get('run') ?? new URLSearchParams(location.hash.split('?')[1]).get('run');
  if (id) openRun(o, id);
  else listRuns(o);
}

function openRun(o, id) {
  o.box.classList.add('tall');
  const again = (run) => {
    prefs.set(`inputs.${o.workflow.id}`, JSON.stringify(run.inputs ?? {}));
    o.openTab('run');
  };
  const stop = new AbortController();
  o.signal.addEventListener('abort', () => stop.abort());
  const view = new RunView({ id, dsl: o.dsl, signal: stop.signal, again, onover: () => o.refresh() });
  const back = h(
    'button.btn.quiet.small',
    {
      onclick: () => {
        stop.abort();
        o.page.setQuery({ run: '' });
        o.box.classList.remove('tall');
        listRuns(o);
      },
    },
    icon('left', 15),
    t('run.all'),
  );
  fill(o.box, h('div.run-open', h('div', back), view.el));
}

function listRuns(o) {
  const table = new Table({
    label: t('tab.runs'),
    signal: o.signal,
    columns: [
      { key: 'status', label: t('col.status'), cls: 'fit', cell: (r) => statusBadge(r.status) },
      {
        key: 'outputs',
        label: t('col.outputs'),
        cls: 'name',
        cell: (r) =>
          h('div.clip.plain', r.error ? oneLine(r.error.message ?? r.error) : oneLine(brief(r.outputs)) || '–'),
      },
      { key: 'elapsed', label: t('col.elapsed'), cls: 'fit right', cell: (r) => duration(r.elapsed_ms) },
      { key: 'tokens', label: t('col.tokens'), cls: 'fit right wide-only', cell: (r) => count(r.total_tokens) },
      { key: 'started', label: t('col.started'), cls: 'fit', cell: (r) => time(r.started_at) },
    ],
    load: (after, signal) => runs.list({ workflow_id: o.workflow.id, after, limit: 50 }, signal),
    open: (r) => {
      o.page.setQuery({ tab: 'runs', run: r.id }, true);
      openRun(o, r.id);
    },
    empty: () =>
      empty(
        t('runs.empty.title'),
        t('runs.empty.text'),
        h('button.btn.primary', { onclick: () => o.openTab('run') }, icon('play', 16), t('run')),
      ),
  });
  fill(o.box, table.el);
  events.on(
    'run',
    debounce((d) => {
      if (d.workflow_id === o.workflow.id) table.reload(true);
    }, 500),
    o.signal,
  );
  return table.reload();
}
