/* all-runs.js: the runs of all workflows. */
import { h, fill } from '../dom.js';
import { t } from '../i18n/index.js';
import { go, href } from '../router.js';
import { icon } from '../ui/icons.js';
import { empty } from '../ui/bits.js';
import { runList } from './run-list.js';

/** @param {import('../router.js').Context} c */
export function mount(c) {
  const list = runList({
    signal: c.signal,
    setQuery: c.setQuery,
    open: (r) => go(`/workflows/${r.workflow_id}`, { tab: 'runs', run: r.id }),
    retried: (id, r) => go(`/workflows/${r.workflow_id}`, { tab: 'runs', run: id }),
    nothing: () =>
      empty(
        t('runs.empty.title'),
        t('runs.empty.text'),
        h('a.btn.primary', { href: href('/workflows') }, t('nav.workflows')),
      ),
  });
  const back = h('a.btn', { href: href('/activity') }, icon('pulse', 16), t('runs.jobs'));
  c.title(t('runs.title'));
  fill(c.root, h('div.page', h('div.page-head', h('h1', t('runs.title')), back), list.el));
  return list.load();
}
