/* runs.js: the history of a workflow's runs, and one of them opened. */
import { h, fill } from '../dom.js';
import { t } from '../i18n/index.js';
import { prefs } from '../state.js';
import { icon } from '../ui/icons.js';
import { empty } from '../ui/bits.js';
import { RunView } from './run-view.js';
import { runList } from './run-list.js';

/** @param {any} o tab context */
export function runsTab(o) {
  const id = o.page.query.get('run') ?? new URLSearchParams(location.hash.split('?')[1]).get('run');
  if (id) openRun(o, id);
  else listRuns(o);
}

function openRun(o, id) {
  o.box.classList.add('tall');
  const edit = (run) => {
    prefs.set(`inputs.${o.workflow.id}`, JSON.stringify(run.inputs ?? {}));
    o.openTab('run');
  };
  const stop = new AbortController();
  const retry = (other) => {
    stop.abort();
    o.page.setQuery({ run: other }, true);
    openRun(o, other);
  };
  o.signal.addEventListener('abort', () => stop.abort());
  const view = new RunView({ id, dsl: o.dsl, signal: stop.signal, edit, retry, onover: () => o.refresh() });
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
  const open = (id) => {
    o.page.setQuery({ tab: 'runs', run: id }, true);
    openRun(o, id);
  };
  const list = runList({
    signal: o.signal,
    setQuery: o.page.setQuery,
    workflow: o.workflow.id,
    open: (r) => open(r.id),
    retried: open,
    nothing: () =>
      empty(
        t('runs.empty.title'),
        t('runs.empty.text'),
        h('button.btn.primary', { onclick: () => o.openTab('run') }, icon('play', 16), t('run')),
      ),
  });
  fill(o.box, list.el);
  return list.load();
}
