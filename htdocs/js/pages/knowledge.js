/* knowledge.js: documents into Dify's knowledge bases - drop files, watch them arrive and be indexed. */
import { h, fill, debounce } from '../dom.js';
import { t, tOr } from '../i18n/index.js';
import { uploads, connections } from '../api.js';
import { state, prefs } from '../state.js';
import { events } from '../events.js';
import { href } from '../router.js';
import { bytes } from '../format.js';
import { icon } from '../ui/icons.js';
import { Table } from '../ui/table.js';
import { dropZone } from '../ui/drop.js';
import { select } from '../ui/field.js';
import { statusBadge } from '../ui/badge.js';
import { time, empty } from '../ui/bits.js';
import { toast, toastError, errorNote } from '../ui/toast.js';
import { TusUpload, fingerprint } from './tus.js';

/** @type {Map<string, TusUpload>} uploads of this tab; they go on while one looks at other pages */
const mine = new Map();
let queue = Promise.resolve();

function enqueue(files, meta, onchange) {
  for (const file of files) {
    const key = fingerprint(file, meta.dataset_id);
    if (mine.has(key) && ['sending', 'waiting'].includes(mine.get(key).state)) continue;
    const up = new TusUpload(file, meta);
    mine.set(key, up);
    up.addEventListener('change', onchange);
    queue = queue
      .then(() => (up.state === 'waiting' ? up.start() : null))
      .then(() => {
        if (up.state === 'done') {
          mine.delete(key);
          onchange();
        }
      });
  }
}

window.addEventListener('beforeunload', (e) => {
  if ([...mine.values()].some((u) => u.state === 'sending')) e.preventDefault();
});

function liveRow(up, redraw) {
  const pct = up.file.size ? up.sent / up.file.size : 1;
  const bar = h('i');
  bar.style.transform = `scaleX(${pct})`;
  const btn = (name, label, fn) =>
    h('button.btn.quiet.icon.small', { 'aria-label': label, title: label, onclick: fn }, icon(name, 16));
  const drop = () => {
    mine.forEach((v, k) => {
      if (v === up) mine.delete(k);
    });
    up.cancel().catch(toastError);
    redraw();
  };
  return h(
    'li.upload',
    icon('file', 20),
    h(
      'div.grow',
      h(
        'div.row.between',
        h('span.clip', up.file.name),
        h('span.meta.num.nowrap', `${bytes(up.sent)} / ${bytes(up.file.size)}`),
      ),
      h(
        'div.bar',
        {
          class: up.state === 'failed' ? 'error' : '',
          role: 'progressbar',
          'aria-valuenow': Math.round(pct * 100),
          'aria-valuemin': 0,
          'aria-valuemax': 100,
          'aria-label': up.file.name,
        },
        bar,
      ),
      h('div.meta', up.error ? h('span.error-text', up.error.message) : t(`upload.${up.state}`)),
    ),
    up.state === 'sending' && btn('pause', t('pause'), () => up.pause()),
    ['paused', 'failed'].includes(up.state) && btn('play', t('resume'), () => up.start()),
    btn('close', t('cancel'), drop),
  );
}

const indexing = (u) => {
  if (u.state !== 'indexing' && !u.segments) return null;
  const part = u.total_segments ? `${u.segments ?? 0}/${u.total_segments}` : '';
  return h(
    'span.meta.num',
    [
      u.indexing_status && u.state === 'indexing' ? tOr(`indexing.${u.indexing_status}`, u.indexing_status) : '',
      part && t('segments', { n: part }),
    ]
      .filter(Boolean)
      .join(' · '),
  );
};

/** Uploads that stopped half-way: the same file goes on where it was. */
function resumeHint(u, table, onfiles) {
  if (u.state !== 'receiving' || [...mine.values()].some((m) => m.id === u.id)) return null;
  const input = /** @type {HTMLInputElement} */ (
    h('input.sr', { type: 'file', onchange: () => onfiles(u, input.files[0]) })
  );
  return h('label.btn.quiet.small', icon('play', 15), t('upload.choose_again'), input);
}

/** @param {import('../router.js').Context} c */
export async function mount(c) {
  const targets = h('div.form-grid');
  const live = h('ul.lines.card', { hidden: true });
  let dataset = null;
  let names = new Map();
  const redraw = () => {
    live.hidden = mine.size === 0;
    fill(
      live,
      [...mine.values()].map((u) => liveRow(u, redraw)),
    );
  };
  const changed = debounce(redraw, 60);
  const onchange = () => {
    changed();
    soon();
  };

  const drawTargets = async () => {
    const conn = state.connection();
    if (!conn) {
      fill(
        targets,
        h(
          'div.note.warn.whole',
          icon('alert'),
          h('div.grow', t('home.no_connection')),
          h('a.btn.small', { href: href('/connections') }, t('connections.add')),
        ),
      );
      return;
    }
    const pick = select({
      label: t('col.connection'),
      options: state.connections.map((x) => ({ value: x.id, label: x.name })),
      value: conn.id,
      onchange: () => {
        state.chooseConnection(pick.value());
        drawTargets();
      },
    });
    dataset = select({ label: t('knowledge.base'), options: [{ value: '', label: t('loading') }] });
    fill(targets, pick.el, dataset.el);
    try {
      const page = await connections.resources(conn.id, 'dataset', c.signal);
      const items = page.items ?? page;
      names = new Map(items.map((x) => [x.id, x.name]));
      fill(
        dataset.input,
        items.length
          ? items.map((x) => h('option', { value: x.id, selected: x.id === prefs.get('dataset') }, x.name))
          : h('option', { value: '' }, t('knowledge.none')),
      );
      table.draw();
    } catch (error) {
      if (error.name !== 'AbortError') fill(targets, pick.el, h('div.whole', errorNote(error, drawTargets)));
    }
  };

  const take = (files) => {
    const id = dataset?.value();
    if (!id) {
      toast(t('knowledge.choose'), { tone: 'error' });
      return;
    }
    prefs.set('dataset', id);
    enqueue(files, { dataset_id: id, connection_id: state.connection()?.id }, onchange);
    redraw();
  };
  const again = (u, file) => {
    if (!file) return;
    if (file.size !== u.size || file.name !== u.filename) {
      toast(t('upload.other_file', { name: u.filename }), { tone: 'error' });
      return;
    }
    const all = prefs.json('uploads', {});
    all[fingerprint(file, u.dataset_id)] = u.id;
    prefs.set('uploads', JSON.stringify(all));
    enqueue([file], { dataset_id: u.dataset_id, connection_id: u.connection_id }, onchange);
    redraw();
  };

  const table = new Table({
    label: t('knowledge.uploads'),
    signal: c.signal,
    columns: [
      {
        key: 'file',
        label: t('col.file'),
        cls: 'name',
        cell: (u) =>
          h(
            'div',
            h('div.clip', u.filename),
            u.error && h('div.meta.clip.error-text', { title: u.error.message ?? u.error }, u.error.message ?? u.error),
          ),
      },
      {
        key: 'state',
        label: t('col.status'),
        cls: 'fit',
        cell: (u) => h('div.row', statusBadge(u.state), indexing(u), resumeHint(u, table, again)),
      },
      {
        key: 'dataset',
        label: t('knowledge.base'),
        cls: 'wide-only cut',
        cell: (u) => u.dataset_name ?? names.get(u.dataset_id) ?? '–',
      },
      { key: 'size', label: t('col.size'), cls: 'fit right wide-only', cell: (u) => bytes(u.size) },
      { key: 'time', label: t('col.updated'), cls: 'fit wide-only', cell: (u) => time(u.updated_at ?? u.created_at) },
    ],
    load: (after, signal) => uploads.list({ after, limit: 50 }, signal),
    actions: (u) =>
      !['completed', 'cancelled'].includes(u.state) &&
      h(
        'button.btn.quiet.icon.small',
        {
          'aria-label': t('upload.remove', { name: u.filename }),
          title: t('cancel'),
          onclick: () => uploads.remove(u.id).then(() => table.reload(true), toastError),
        },
        icon('close', 16),
      ),
    empty: () => empty(t('knowledge.empty.title'), t('knowledge.empty.text')),
  });
  const soon = debounce(() => table.reload(true), 700);
  events.on('upload', soon, c.signal);
  const timer = setInterval(() => {
    if (!document.hidden && table.items.some((u) => ['queued', 'forwarding', 'indexing'].includes(u.state)))
      table.reload(true);
  }, 4000);
  c.signal.addEventListener('abort', () => clearInterval(timer));
  for (const u of mine.values()) u.addEventListener('change', onchange);

  fill(
    c.root,
    h(
      'div.page',
      h('div.page-head', h('h1', t('nav.knowledge')), h('p.lead', t('knowledge.lead'))),
      h(
        'section.card.pad.stack',
        targets,
        dropZone({ label: t('knowledge.drop'), hint: t('knowledge.drop.hint'), multiple: true, onfiles: take }),
      ),
      live,
      h('h2', t('knowledge.uploads')),
      table.el,
    ),
  );
  redraw();
  if (!state.connections.length) await state.loadConnections(c.signal).catch(() => {});
  await Promise.all([drawTargets(), table.reload()]);
}
