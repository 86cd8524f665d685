/* workflows.js: all workflows as a list; search, tag and selection; the filters live in the URL. */
import { h, fill, debounce } from '../dom.js';
import { t, tOr } from '../i18n/index.js';
import { workflows } from '../api.js';
import { state } from '../state.js';
import { events } from '../events.js';
import { go, href } from '../router.js';
import { icon } from '../ui/icons.js';
import { Table } from '../ui/table.js';
import { menuButton } from '../ui/menu.js';
import { statusBadge } from '../ui/badge.js';
import { time, empty } from '../ui/bits.js';
import { confirm } from '../ui/dialog.js';
import { toast, toastError, action } from '../ui/toast.js';

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

const columns = [
  {
    key: 'name',
    label: t('col.name'),
    cls: 'name',
    cell: (w) =>
      h(
        'div.row',
        h('span.clip', w.name),
        w.mode === 'advanced-chat' && h('span.chip', icon('chat', 14), t('mode.chat')),
      ),
  },
  {
    key: 'tags',
    label: t('col.tags'),
    cls: 'wide-only',
    cell: (w) =>
      h(
        'div.row',
        (w.tags ?? []).slice(0, 3).map((x) => h('span.chip', x)),
        (w.tags ?? []).length > 3 && h('span.meta', `+${w.tags.length - 3}`),
      ),
  },
  { key: 'status', label: t('col.status'), cls: 'fit', cell: (w) => statusBadge(w.last_status) },
  {
    key: 'connection',
    label: t('col.connection'),
    cls: 'wide-only cut',
    cell: (w) => w.connection_name ?? state.connections.find((c) => c.id === w.connection_id)?.name ?? '–',
  },
  { key: 'updated', label: t('col.updated'), cls: 'fit wide-only', cell: (w) => time(w.updated_at) },
];

/** @param {import('../router.js').Context} c */
export function mount(c) {
  const search = /** @type {HTMLInputElement} */ (
    h('input.input', {
      type: 'search',
      placeholder: t('workflows.search'),
      'aria-label': t('workflows.search'),
      value: c.query.get('q') ?? '',
    })
  );
  const tags = h('div.row.wrap');
  let tag = c.query.get('tag') ?? '';
  const filtered = () => search.value.trim() !== '' || tag !== '';
  const table = new Table({
    label: t('nav.workflows'),
    signal: c.signal,
    columns: columns.map((x) => ({ ...x, label: tOr(`col.${x.key}`, x.label) })),
    load: (after, signal) => workflows.list({ after, q: search.value.trim(), tag, limit: 50 }, signal),
    open: (w) => go(`/workflows/${w.id}`),
    bulk: state.may('editor')
      ? (items) => [
          h(
            'button.btn.small',
            {
              onclick: action(async () => {
                if (await removeWorkflows(items)) {
                  table.clear();
                  await table.reload(true);
                }
              }),
            },
            icon('trash', 15),
            t('delete'),
          ),
        ]
      : undefined,
    actions: (w) =>
      menuButton(
        'button.btn.quiet.icon.small',
        { 'aria-label': t('actions.of', { name: w.name }) },
        icon('more'),
        () => [
          { label: t('open'), icon: 'flow', href: href(`/workflows/${w.id}`) },
          { label: t('run'), icon: 'play', href: href(`/workflows/${w.id}`, { tab: 'run' }) },
          state.may('editor') && '-',
          state.may('editor') && {
            label: t('delete'),
            icon: 'trash',
            tone: 'danger',
            run: () => removeWorkflows([w]).then((done) => done && table.reload(true), toastError),
          },
        ],
      ),
    empty: () =>
      filtered()
        ? empty(
            t('workflows.none.title'),
            t('workflows.none.text'),
            h(
              'button.btn',
              {
                onclick: () => {
                  search.value = '';
                  tag = '';
                  apply();
                  drawTags();
                },
              },
              t('filters.clear'),
            ),
          )
        : empty(
            t('workflows.empty.title'),
            t('workflows.empty.text'),
            h('a.btn.primary', { href: href('/new') }, icon('plus', 16), t('nav.new')),
            h('a.btn', { href: href('/check') }, t('nav.check')),
          ),
  });
  const apply = () => {
    c.setQuery({ q: search.value.trim(), tag });
    table.reload(true);
  };
  search.addEventListener('input', debounce(apply, 200));
  let known = [];
  const drawTags = () =>
    fill(
      tags,
      known.slice(0, 12).map((x) =>
        h(
          'button.chip',
          {
            'aria-pressed': String(x.name === tag),
            onclick: () => {
              tag = tag === x.name ? '' : x.name;
              drawTags();
              apply();
            },
          },
          x.name,
          h('span.meta.num', x.count ? String(x.count) : ''),
        ),
      ),
    );
  workflows.tags(c.signal).then(
    (r) => {
      known = (r.items ?? r).map((x) =>
        typeof x === 'string' ? { name: x } : { name: x.name ?? x.tag, count: x.count ?? x.n },
      );
      drawTags();
    },
    () => {},
  );
  const soon = debounce(() => table.reload(true), 600);
  events.on('workflow', soon, c.signal);
  events.on('run', soon, c.signal);
  fill(
    c.root,
    h(
      'div.page',
      h(
        'div.page-head',
        h('h1', t('nav.workflows')),
        h('a.btn', { href: href('/check') }, icon('upload', 16), t('workflows.import')),
      ),
      h('div.filters', h('div.with-icon', icon('search', 16), search), tags),
      table.el,
    ),
  );
  return table.reload();
}
