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
import { fingerprint } from './tus.js';
import { queue, uploadRow } from './upload-queue.js';

const UNDER_WAY = ['queued', 'forwarding', 'indexing'];
const POLL = 4000;

function fileCell(u) {
  const why = u.error?.message ?? u.error;
  return h('div', h('div.clip', u.filename), why && h('div.meta.clip.error-text', { title: why }, why));
}

/** How far Dify has come with it. */
function indexing(u) {
  if (u.state !== 'indexing' && !u.segments) return null;
  const phase = u.state === 'indexing' && u.indexing_status && tOr(`indexing.${u.indexing_status}`, u.indexing_status);
  const part = u.total_segments && t('segments', { n: `${u.segments ?? 0}/${u.total_segments}` });
  return h('span.meta.num', [phase, part].filter(Boolean).join(' · '));
}

class KnowledgePage {
  /** @param {import('../router.js').Context} c */
  constructor(c) {
    this.c = c;
    this.names = new Map();
    /** @type {import('../ui/field.js').Field|null} */ this.dataset = null;
    this.targets = h('div.form-grid');
    this.live = h('ul.lines.card', { hidden: true });
    this.table = this.makeTable();
    const soon = debounce(() => this.table.reload(true), 700);
    const redraw = debounce(() => this.drawQueue(), 60);
    queue.addEventListener('change', redraw, { signal: c.signal });
    queue.addEventListener('change', soon, { signal: c.signal });
    events.on('upload', soon, c.signal);
    const timer = setInterval(() => this.poll(), POLL);
    c.signal.addEventListener('abort', () => clearInterval(timer));
    this.draw();
  }

  draw() {
    const drop = dropZone({
      label: t('knowledge.drop'),
      hint: t('knowledge.drop.hint'),
      multiple: true,
      onfiles: (files) => this.take(files),
    });
    fill(
      this.c.root,
      h(
        'div.page',
        h('div.page-head', h('h1', t('nav.knowledge')), h('p.lead', t('knowledge.lead'))),
        h('section.card.pad.stack', this.targets, drop),
        this.live,
        h('h2', t('knowledge.uploads')),
        this.table.el,
      ),
    );
    this.drawQueue();
  }

  drawQueue() {
    const list = queue.list();
    this.live.hidden = list.length === 0;
    fill(this.live, list.map(uploadRow));
  }

  poll() {
    if (!document.hidden && this.table.items.some((u) => UNDER_WAY.includes(u.state))) this.table.reload(true);
  }

  makeTable() {
    return new Table({
      label: t('knowledge.uploads'),
      signal: this.c.signal,
      columns: [
        { key: 'file', label: t('col.file'), cls: 'name', cell: fileCell },
        {
          key: 'state',
          label: t('col.status'),
          cls: 'fit',
          cell: (u) => h('div.row', statusBadge(u.state), indexing(u), this.resume(u)),
        },
        {
          key: 'dataset',
          label: t('knowledge.base'),
          cls: 'wide-only cut',
          cell: (u) => this.names.get(u.dataset_id) ?? '–',
        },
        { key: 'size', label: t('col.size'), cls: 'fit right wide-only', cell: (u) => bytes(u.size) },
        { key: 'time', label: t('col.updated'), cls: 'fit wide-only', cell: (u) => time(u.updated_at) },
      ],
      load: (after, signal) => uploads.list({ after, limit: 50 }, signal),
      actions: (u) => !['completed', 'cancelled'].includes(u.state) && this.removeButton(u),
      empty: () => empty(t('knowledge.empty.title'), t('knowledge.empty.text')),
    });
  }

  removeButton(u) {
    const remove = () => uploads.remove(u.id).then(() => this.table.reload(true), toastError);
    const label = t('upload.remove', { name: u.filename });
    return h(
      'button.btn.quiet.icon.small',
      { 'aria-label': label, title: t('cancel'), onclick: remove },
      icon('close', 16),
    );
  }

  /** An upload that stopped half-way: the same file goes on where it was. */
  resume(u) {
    if (u.state !== 'receiving' || queue.list().some((m) => m.id === u.id)) return null;
    const input = /** @type {HTMLInputElement} */ (h('input.sr', { type: 'file' }));
    input.addEventListener('change', () => input.files[0] && this.again(u, input.files[0]));
    return h('label.btn.quiet.small', icon('play', 15), t('upload.choose_again'), input);
  }

  /** @param {any} u @param {File} file */
  again(u, file) {
    if (file.size !== u.size || file.name !== u.filename) {
      toast(t('upload.other_file', { name: u.filename }), { tone: 'error' });
      return;
    }
    const all = prefs.json('uploads', {});
    all[fingerprint(file, u.dataset_id)] = u.id;
    prefs.set('uploads', JSON.stringify(all));
    queue.add([file], { dataset_id: u.dataset_id, connection_id: u.connection_id });
  }

  /** @param {File[]} files */
  take(files) {
    const id = this.dataset?.value();
    if (!id) {
      toast(t('knowledge.choose'), { tone: 'error' });
      return;
    }
    prefs.set('dataset', id);
    queue.add(files, { dataset_id: id, connection_id: state.connection()?.id });
  }

  /** The two selects: which Dify, which knowledge base. */
  async drawTargets() {
    const conn = state.connection();
    if (!conn) {
      const link = h('a.btn.small', { href: href('/connections') }, t('connections.add'));
      fill(this.targets, h('div.note.warn.whole', icon('alert'), h('div.grow', t('home.no_connection')), link));
      return;
    }
    const pick = select({
      label: t('col.connection'),
      options: state.connections.map((x) => ({ value: x.id, label: x.name })),
      value: conn.id,
      onchange: () => {
        state.chooseConnection(pick.value());
        this.drawTargets();
      },
    });
    this.dataset = select({ label: t('knowledge.base'), options: [{ value: '', label: t('loading') }] });
    fill(this.targets, pick.el, this.dataset.el);
    try {
      this.fillDatasets((await connections.resources(conn.id, 'dataset', this.c.signal)).items);
    } catch (error) {
      if (error.name === 'AbortError') return;
      const note = errorNote(error, () => this.drawTargets());
      fill(this.targets, pick.el, h('div.whole', note));
    }
  }

  fillDatasets(items) {
    const last = prefs.get('dataset');
    const options = items.map((x) => h('option', { value: x.id, selected: x.id === last }, x.name));
    fill(this.dataset.input, options.length ? options : h('option', { value: '' }, t('knowledge.none')));
    this.names = new Map(items.map((x) => [x.id, x.name]));
    if (this.table.items.length) this.table.draw();
  }
}

/** @param {import('../router.js').Context} c */
export async function mount(c) {
  const page = new KnowledgePage(c);
  if (!state.connections.length) await state.loadConnections(c.signal).catch(() => {});
  await Promise.all([page.drawTargets(), page.table.reload()]);
}
