/* workflows.js: all workflows as a list; search, tag and selection; the filters live in the URL. */
import { h, fill, debounce } from '../dom.js';
import { t } from '../i18n/index.js';
import { workflows } from '../api.js';
import { state } from '../state.js';
import { events } from '../events.js';
import { go, href } from '../router.js';
import { icon } from '../ui/icons.js';
import { Table } from '../ui/table.js';
import { menuButton } from '../ui/menu.js';
import { statusBadge, connectionName } from '../ui/badge.js';
import { time, empty } from '../ui/bits.js';
import { confirm } from '../ui/dialog.js';
import { toast, toastError, action } from '../ui/toast.js';
import { WorkflowFilters } from './workflow-filters.js';
import { exportZip } from './backup.js';

/** Asks and deletes; resolves true when it is done. @param {import('../types.js').Workflow[]} items */
export async function removeWorkflows(items) {
  const one = items.length === 1;
  const deployed = items.some((w) => w.app_id);
  const answer = await confirm({
    title: one ? t('workflow.delete.title', { name: items[0].name }) : t('workflow.delete.many', { n: items.length }),
    text: deployed ? t('workflow.delete.text') : t('workflow.delete.draft'),
    confirm: t('delete'),
    extra: deployed ? t('workflow.delete.dify') : undefined,
  });
  if (!answer) return false;
  for (const w of items) await workflows.remove(w.id, answer.extra);
  toast(t('workflow.deleted', { n: items.length }), { tone: 'ok' });
  return true;
}

/** @param {any} w */
function nameCell(w) {
  const chat = w.mode === 'advanced-chat' && h('span.chip', icon('chat', 14), t('mode.chat'));
  return h('div.row', h('span.clip', w.name), chat);
}

/** @param {any} w */
function tagCell(w) {
  const shown = w.tags.slice(0, 3).map((x) => h('span.chip', x));
  return h('div.row', shown, w.tags.length > 3 && h('span.meta', `+${w.tags.length - 3}`));
}

function connectionCell(w) {
  const c = state.connections.find((x) => x.id === w.connection_id);
  return c ? connectionName(c) : '–';
}

const columns = () => [
  { key: 'name', label: t('col.name'), cls: 'name', cell: nameCell },
  { key: 'tags', label: t('col.tags'), cls: 'wide-only', cell: tagCell },
  { key: 'status', label: t('col.status'), cls: 'fit', cell: (w) => statusBadge(w.last_status) },
  {
    key: 'connection',
    label: t('col.connection'),
    cls: 'wide-only cut',
    cell: connectionCell,
  },
  { key: 'updated', label: t('col.updated'), cls: 'fit wide-only', cell: (w) => time(w.updated_at) },
];

/** Menu at the end of a row. @param {any} w @param {() => void} gone */
function rowMenu(w, gone) {
  const can = state.may('editor');
  return menuButton(
    'button.btn.quiet.icon.small',
    { 'aria-label': t('actions.of', { name: w.name }) },
    icon('more'),
    () => [
      { label: t('open'), icon: 'flow', href: href(`/workflows/${w.id}`) },
      { label: t('run'), icon: 'play', href: href(`/workflows/${w.id}`, { tab: 'run' }) },
      can && '-',
      can && {
        label: t('delete'),
        icon: 'trash',
        tone: 'danger',
        run: () => removeWorkflows([w]).then((done) => done && gone(), toastError),
      },
    ],
  );
}

/** @param {WorkflowFilters} filters */
function emptyList(filters) {
  if (filters.active()) {
    const clear = h('button.btn', { onclick: () => filters.clear() }, t('filters.clear'));
    return empty(t('workflows.none.title'), t('workflows.none.text'), clear);
  }
  return empty(
    t('workflows.empty.title'),
    t('workflows.empty.text'),
    h('a.btn.primary', { href: href('/new') }, icon('plus', 16), t('nav.new')),
    state.may('editor') &&
      state.connections.length > 0 &&
      h('a.btn', { href: href('/import') }, icon('download', 16), t('import.title')),
    h('a.btn', { href: href('/check') }, t('nav.check')),
  );
}

/** @param {import('../router.js').Context} c */
export function mount(c) {
  const filters = new WorkflowFilters(c, () => table.reload(true));
  const removeMany = (items) =>
    action(async () => {
      if (!(await removeWorkflows(items))) return;
      table.clear();
      await table.reload(true);
    });
  const table = new Table({
    label: t('nav.workflows'),
    signal: c.signal,
    columns: columns(),
    load: (after, signal) => workflows.list({ ...filters.query(), after, limit: 50 }, signal),
    open: (w) => go(`/workflows/${w.id}`),
    bulk: (items) => [
      h('button.btn.small', { onclick: action(() => exportZip(items.map((w) => w.id))) }, icon('download', 15), t('backup.some')),
      state.may('editor') && h('button.btn.small', { onclick: removeMany(items) }, icon('trash', 15), t('delete')),
    ],
    actions: (w) => rowMenu(w, () => table.reload(true)),
    empty: () => emptyList(filters),
  });
  const soon = debounce(() => table.reload(true), 600);
  events.on('workflow', soon, c.signal);
  events.on('run', soon, c.signal);
  const bring = h('a.btn', { href: href('/check') }, icon('upload', 16), t('workflows.import'));
  const take =
    state.may('editor') && h('a.btn', { href: href('/import') }, icon('download', 16), t('import.title'));
  fill(c.root, h('div.page', h('div.page-head', h('h1', t('nav.workflows')), take, bring), filters.el, table.el));
  return table.reload();
}
