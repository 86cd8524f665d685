/* table.js: dense lists - whole row opens, arrows walk, Space and Shift select, pages load by key as one scrolls. */
import { h, fill } from '../dom.js';
import { t } from '../i18n/index.js';
import { skeleton } from './bits.js';
import { errorNote } from './toast.js';

/**
 * @typedef {{key: string, label: string, cell: (item: any) => any, cls?: string}} Column
 * @typedef {Object} TableOptions
 * @property {Column[]} columns
 * @property {(after: string|null, signal: AbortSignal) => Promise<import('../types.js').Page>} load
 * @property {AbortSignal} signal
 * @property {string} label what the list holds, for screen readers
 * @property {(item: any) => void} [open]
 * @property {(item: any) => any} [actions] buttons at the end of the row
 * @property {(items: any[]) => any[]} [bulk] buttons for the selected rows; without it nothing can be selected
 * @property {() => HTMLElement} empty
 */

export class Table {
  /** @param {TableOptions} o */
  constructor(o) {
    this.o = o;
    this.items = [];
    this.chosen = new Set();
    this.next = null;
    this.turn = 0;
    this.body = h('tbody');
    this.all = /** @type {HTMLInputElement} */ (
      h('input.pick', { type: 'checkbox', 'aria-label': t('select.all'), onchange: () => this.chooseAll() })
    );
    this.table = h(
      'table.table',
      { 'aria-label': o.label },
      h(
        'thead',
        h(
          'tr',
          o.bulk && h('th.pick-cell', this.all),
          o.columns.map((c) => h('th', { scope: 'col', class: c.cls || '' }, c.label)),
          o.actions && h('th.act-cell', h('span.sr', t('actions'))),
        ),
      ),
      this.body,
    );
    this.bulkBar = h('div.bulk', { hidden: true });
    this.foot = h('div.table-foot');
    this.el = h('div.table-box', this.table, this.foot, this.bulkBar);
    this.table.addEventListener('keydown', (e) => this.keys(e));
    this.seen = new IntersectionObserver((es) => {
      if (es[0].isIntersecting && this.next) this.more();
    });
    this.seen.observe(this.foot);
    o.signal.addEventListener('abort', () => this.seen.disconnect());
  }

  /** Loads the list anew. @param {boolean} [quiet] keep what is shown until the answer is here */
  async reload(quiet = false) {
    const turn = ++this.turn;
    if (!quiet) {
      this.table.hidden = true;
      fill(this.foot, skeleton());
    }
    try {
      const page = await this.o.load(null, this.o.signal);
      if (turn !== this.turn) return;
      this.items = page.items;
      this.next = page.next;
      this.draw();
    } catch (error) {
      if (error.name === 'AbortError' || turn !== this.turn) return;
      if (quiet && this.items.length) return;
      fill(
        this.foot,
        errorNote(error, () => this.reload()),
      );
    }
  }

  async more() {
    const after = this.next;
    this.next = null;
    const turn = this.turn;
    try {
      const page = await this.o.load(after, this.o.signal);
      if (turn !== this.turn) return;
      const known = new Set(this.items.map((i) => i.id));
      const fresh = page.items.filter((i) => !known.has(i.id));
      this.items.push(...fresh);
      this.next = page.next;
      this.body.append(...fresh.map((i) => this.row(i)));
    } catch (error) {
      if (error.name !== 'AbortError')
        fill(
          this.foot,
          errorNote(error, () => {
            this.next = after;
            this.more();
          }),
        );
    }
  }

  draw() {
    const focus = this.body.contains(document.activeElement) ? this.focusedId() : null;
    const ids = new Set(this.items.map((i) => i.id));
    for (const id of this.chosen) if (!ids.has(id)) this.chosen.delete(id);
    this.table.hidden = this.items.length === 0;
    fill(this.foot, this.items.length === 0 && this.o.empty());
    fill(
      this.body,
      this.items.map((i) => this.row(i)),
    );
    this.drawBulk();
    if (focus) this.rowOf(focus)?.focus();
  }

  /** Replaces one row, or adds it on top. @param {any} item */
  update(item) {
    const at = this.items.findIndex((i) => i.id === item.id);
    if (at < 0) {
      this.items.unshift(item);
      this.draw();
      return;
    }
    this.items[at] = item;
    const old = this.rowOf(item.id);
    const focused = old === document.activeElement;
    const row = this.row(item);
    old?.replaceWith(row);
    if (focused) row.focus();
  }

  rows() {
    return /** @type {HTMLElement[]} */ ([...this.body.children]);
  }

  rowOf(id) {
    return /** @type {HTMLElement|null} */ (this.body.querySelector(`tr[data-id="${CSS.escape(id)}"]`));
  }
  focusedId() {
    return document.activeElement.closest('tr')?.dataset.id ?? null;
  }

  row(item) {
    const { o } = this;
    const first = this.items[0]?.id === item.id;
    const inner = (e) => e.target.closest('a, button, input, label, summary, select');
    const tr = h(
      'tr',
      {
        dataset: { id: item.id },
        tabindex: first ? 0 : -1,
        class: o.open ? 'opens' : '',
        'aria-selected': o.bulk ? String(this.chosen.has(item.id)) : null,
        onclick: (e) => {
          if (inner(e) || String(getSelection())) return;
          if (o.bulk && (e.shiftKey || e.ctrlKey || e.metaKey)) this.choose(item.id, e.shiftKey);
          else o.open?.(item);
        },
      },
      o.bulk &&
        h(
          'td.pick-cell',
          h('input.pick', {
            type: 'checkbox',
            tabindex: -1,
            'aria-label': t('select.row', { name: item.name || item.id }),
            checked: this.chosen.has(item.id),
            onclick: (e) => {
              e.stopPropagation();
              this.choose(item.id, e.shiftKey);
            },
          }),
        ),
      o.columns.map((c) => h('td', { class: c.cls || '', 'data-label': c.label }, c.cell(item))),
      o.actions && h('td.act-cell', h('div.acts', o.actions(item))),
    );
    return tr;
  }

  choose(id, range) {
    const ids = this.items.map((i) => i.id);
    const from = ids.indexOf(this.anchor);
    const to = ids.indexOf(id);
    const on = !this.chosen.has(id);
    const span = range && from >= 0 ? ids.slice(Math.min(from, to), Math.max(from, to) + 1) : [id];
    for (const x of span)
      if (range || on) this.chosen.add(x);
      else this.chosen.delete(x);
    this.anchor = id;
    this.marks();
  }

  chooseAll() {
    const on = this.chosen.size < this.items.length;
    this.chosen = new Set(on ? this.items.map((i) => i.id) : []);
    this.marks();
  }

  clear() {
    this.chosen.clear();
    this.marks();
  }

  marks() {
    for (const tr of this.rows()) {
      const on = this.chosen.has(tr.dataset.id);
      tr.setAttribute('aria-selected', String(on));
      const box = /** @type {HTMLInputElement|null} */ (tr.querySelector('.pick'));
      if (box) box.checked = on;
    }
    this.drawBulk();
  }

  drawBulk() {
    if (!this.o.bulk) return;
    const n = this.chosen.size;
    this.all.checked = n > 0 && n === this.items.length;
    this.all.indeterminate = n > 0 && n < this.items.length;
    this.bulkBar.hidden = n === 0;
    this.el.classList.toggle('choosing', n > 0);
    if (n === 0) return;
    const items = this.items.filter((i) => this.chosen.has(i.id));
    fill(
      this.bulkBar,
      h('strong', t('selected', { n })),
      this.o.bulk(items),
      h('button.btn.quiet.small', { onclick: () => this.clear() }, t('select.none')),
    );
  }

  keys(e) {
    const row = e.target.closest('tbody tr');
    if (!row || e.target !== row) return;
    const rows = this.rows();
    const at = rows.indexOf(row);
    const to = { ArrowDown: at + 1, j: at + 1, ArrowUp: at - 1, k: at - 1, Home: 0, End: rows.length - 1 }[e.key];
    if (to !== undefined && rows[to]) {
      e.preventDefault();
      row.tabIndex = -1;
      rows[to].tabIndex = 0;
      rows[to].focus();
      if (e.shiftKey && this.o.bulk) this.choose(rows[to].dataset.id, true);
    } else if (e.key === 'Enter') {
      const item = this.items.find((i) => i.id === row.dataset.id);
      this.o.open?.(item);
    } else if ((e.key === ' ' || e.key === 'x') && this.o.bulk) {
      e.preventDefault();
      this.choose(row.dataset.id, e.shiftKey);
    } else if (e.key === 'Escape') this.clear();
  }
}
