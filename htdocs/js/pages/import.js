/* import.js: the apps of a Dify - which of them come under management, and what became of each. */
import { h, fill, debounce } from '../dom.js';
import { t, tOr } from '../i18n/index.js';
import { connections } from '../api.js';
import { state } from '../state.js';
import { jobEnd, watchJob, isOver } from '../watch.js';
import { href } from '../router.js';
import { icon } from '../ui/icons.js';
import { time, empty, skeleton } from '../ui/bits.js';
import { colourMark } from '../ui/badge.js';
import { errorNote, action } from '../ui/toast.js';
import { jobError } from './job-words.js';
import { endCell, progressNote, summaryNote } from './import-ends.js';

const MOST_ROWS = 300; // more are there when one searches or asks

/** What an app is, in Dify's words. @param {string} mode */
const kind = (mode) => tOr(`app.${mode}`, mode);

class ImportPage {
  /** @param {import('../router.js').Context} c */
  constructor(c) {
    this.c = c;
    this.apps = null;
    this.chosen = new Set();
    /** What became of an app: {state, code, message, workflow_id}. @type {Map<string, any>} */
    this.ends = new Map();
    this.busy = false;
    this.words = '';
    this.shown = MOST_ROWS;
    this.from = c.query.get('connection');
    this.list = h('div');
    this.status = h('div', { 'aria-live': 'polite' });
    this.bulk = h('div.bulk', { hidden: true });
    this.all = /** @type {HTMLInputElement} */ (h('input', { type: 'checkbox' }));
    this.search = h('input.input', {
      type: 'search',
      placeholder: t('import.search'),
      'aria-label': t('import.search'),
      oninput: debounce(() => {
        this.words = /** @type {HTMLInputElement} */ (this.search).value.trim().toLowerCase();
        this.shown = MOST_ROWS;
        this.draw();
      }, 120),
    });
  }

  get connection() {
    return state.connections.find((x) => x.id === this.from) ?? state.connection();
  }

  frame() {
    const all = state.connections;
    const select = h(
      'select.select',
      { id: 'import-from', 'aria-label': t('import.from'), onchange: (e) => this.move(e.target.value) },
      all.map((x) => h('option', { value: x.id, selected: x.id === this.connection.id }, x.name)),
    );
    const again = h('button.btn', { onclick: action(() => this.load()) }, icon('refresh', 16), t('import.again'));
    fill(
      this.c.root,
      h(
        'div.page',
        h('div.page-head', h('h1', t('import.title')), again, h('p.lead', t('import.lead'))),
        h(
          'div.filters',
          h('div.with-icon', icon('search', 16), this.search),
          h('label.check', this.all, t('select.all')),
          h('span.grow'),
          h('span.row.import-from', colourMark(this.connection.colour), all.length > 1 ? select : h('span', this.connection.name)),
        ),
        this.status,
        this.list,
        this.bulk,
      ),
    );
  }

  move(id) {
    this.from = id;
    this.c.setQuery({ connection: id, job: '' });
    this.apps = null;
    this.chosen.clear();
    this.ends.clear();
    this.frame();
    this.load();
  }

  /** Asks that Dify, by a job, for what it has. */
  async load() {
    const { id } = this.connection;
    this.apps = null;
    fill(this.list, skeleton(6));
    fill(this.status);
    this.drawBulk();
    try {
      const { job } = await connections.apps(id);
      const end = await jobEnd(job.id, this.c.signal);
      if (id !== this.connection.id) return; // another was chosen meanwhile
      if (end?.state !== 'succeeded') throw new Error(jobError(end?.error) || t('status.failed'));
      this.apps = end.result.apps;
      this.more = end.result.more;
      this.draw();
    } catch (error) {
      if (error.name !== 'AbortError') fill(this.list, errorNote(error, () => this.load()));
    }
  }

  /** An app's place: to be chosen, kept, on its way, refused. @param {any} app */
  end(app) {
    return this.ends.get(app.app_id) ?? (app.workflow_id ? { state: 'managed', workflow_id: app.workflow_id } : null);
  }

  free(app) {
    const end = this.end(app);
    return !app.code && (!end || end.state === 'failed');
  }

  matching() {
    const { words } = this;
    return this.apps.filter(
      (a) => !words || a.name.toLowerCase().includes(words) || a.tags.some((x) => x.toLowerCase().includes(words)),
    );
  }

  /** One box for all that match and can be had. @param {any[]} found */
  drawAll(found) {
    const free = found.filter((a) => this.free(a));
    const picked = free.filter((a) => this.chosen.has(a.app_id)).length;
    this.all.disabled = this.busy || !free.length;
    this.all.checked = picked > 0 && picked === free.length;
    this.all.indeterminate = picked > 0 && picked < free.length;
    this.all.onchange = () => {
      for (const a of free) this.chosen[this.all.checked ? 'add' : 'delete'](a.app_id);
      this.draw();
    };
  }

  draw() {
    if (!this.apps) return;
    const found = this.matching();
    this.drawAll(found);
    this.drawBulk();
    if (!found.length) {
      const words = this.apps.length ? ['workflows.none.title', 'import.none'] : ['import.empty.title', 'import.empty.text'];
      fill(this.list, h('div.table-box', empty(t(words[0]), t(words[1]))));
      return;
    }
    const body = found.slice(0, this.shown).map((a) => this.row(a));
    fill(
      this.list,
      h(
        'div.table-box.choosing',
        h(
          'table.table.import-table',
          { 'aria-label': t('import.title') },
          h(
            'thead',
            h(
              'tr',
              h('th.pick-cell'),
              h('th', { scope: 'col' }, t('col.name')),
              h('th.wide-only', { scope: 'col' }, t('col.tags')),
              h('th.fit', { scope: 'col' }, t('import.kind')),
              h('th.fit.wide-only', { scope: 'col' }, t('col.updated')),
              h('th', { scope: 'col' }, t('import.here')),
            ),
          ),
          h('tbody', body),
        ),
        found.length > this.shown &&
          h(
            'div.table-foot',
            h(
              'button.btn.quiet',
              {
                onclick: () => {
                  this.shown += 10 * MOST_ROWS;
                  this.draw();
                },
              },
              t('import.more', { n: found.length - this.shown }),
            ),
          ),
      ),
    );
  }

  row(app) {
    const free = this.free(app);
    const pick = h('input.pick', {
      type: 'checkbox',
      'aria-label': t('select.row', { name: app.name }),
      disabled: !free || this.busy,
      checked: this.chosen.has(app.app_id),
      onchange: (e) => {
        this.chosen[e.target.checked ? 'add' : 'delete'](app.app_id);
        this.draw();
        this.focus(app.app_id);
      },
    });
    return h(
      'tr',
      { dataset: { id: app.app_id }, class: app.code ? 'off' : !free ? 'kept' : this.busy ? '' : 'opens', onclick: (e) => this.press(e, pick) },
      h('td.pick-cell', pick),
      h('td.name', h('div.clip', app.name)),
      h('td.wide-only', h('div.row', app.tags.slice(0, 3).map((x) => h('span.chip', x)))),
      h('td.fit', kind(app.mode)),
      h('td.fit.wide-only', time(app.updated_at)),
      h('td.import-end', endCell(app, this.end(app), this.busy && this.chosen.has(app.app_id))),
    );
  }

  /** A click anywhere in a row chooses it. */
  press(e, pick) {
    if (!pick.disabled && !e.target.closest('a, button, input')) pick.click();
  }

  focus(id) {
    /** @type {HTMLElement|null} */ (this.list.querySelector(`tr[data-id="${id}"] .pick`))?.focus();
  }

  drawBulk() {
    const n = this.chosen.size;
    this.bulk.hidden = n === 0 || this.busy;
    fill(
      this.bulk,
      h('span', t('selected', { n })),
      h(
        'button.btn.primary.small',
        { onclick: action(() => this.start([...this.chosen])) },
        icon('download', 15),
        t('import.go'),
      ),
      h(
        'button.btn.quiet.icon.small',
        {
          'aria-label': t('select.none'),
          onclick: () => {
            this.chosen.clear();
            this.draw();
          },
        },
        icon('close', 15),
      ),
    );
  }

  async start(ids) {
    for (const id of ids) this.ends.delete(id);
    const { job } = await connections.import(this.connection.id, { app_ids: ids });
    this.c.setQuery({ job: job.id, connection: this.connection.id });
    this.follow(job.id);
  }

  /** Shows an import under way, or that is over. @param {string} id */
  follow(id) {
    this.busy = true;
    this.draw();
    watchJob(id, (job) => this.take(job), this.c.signal);
  }

  over(job) {
    const again = [...this.ends.values()].filter((x) => x.state === 'failed' && x.code !== 'kind_not_managed');
    return summaryNote(job, again, () => this.start(again.map((x) => x.app_id)));
  }

  take(job) {
    const over = !job || isOver(job.state);
    for (const row of job?.result?.apps ?? job?.progress?.recent ?? []) this.ends.set(row.app_id, row);
    if (over) {
      this.busy = false;
      for (const [id, end] of this.ends) if (end.state !== 'failed') this.chosen.delete(id);
      this.c.setQuery({ job: '' });
    }
    fill(this.status, job && (over ? this.over(job) : progressNote(job)));
    this.draw();
  }
}

/** @param {import('../router.js').Context} c */
export async function mount(c) {
  fill(c.root, h('div.page', skeleton(4)));
  await state.loadConnections(c.signal);
  c.title(t('import.title'));
  if (!state.connections.length || !state.may('editor')) {
    const way = state.may('admin') && h('a.btn.primary', { href: href('/connections') }, icon('plug', 16), t('connections.add'));
    const [title, text] = state.connections.length
      ? [t('import.title'), t('error.forbidden')]
      : [t('connections.empty.title'), t('connections.empty.text')];
    fill(c.root, h('div.page', h('div.page-head', h('h1', t('import.title'))), h('div.card', empty(title, text, way))));
    return;
  }
  const page = new ImportPage(c);
  page.frame();
  await page.load();
  const job = c.query.get('job');
  if (job) page.follow(job);
}
