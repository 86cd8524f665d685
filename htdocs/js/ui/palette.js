/* palette.js: search and commands in one box (Ctrl/Cmd-K), and the list of keys ("?"). */
import { h, fill, debounce } from '../dom.js';
import { t } from '../i18n/index.js';
import { workflows } from '../api.js';
import { go } from '../router.js';
import { actions } from '../actions.js';
import { icon } from './icons.js';
import { statusBadge } from './badge.js';

let shown = null;

/** @typedef {{label: string, icon: string, run: () => void, note?: any}} Hit */

function matches(action, words) {
  const text = `${action.label()} ${action.id}`.toLowerCase();
  return words.every((w) => text.includes(w));
}

/** @returns {Hit[]} */
function commandHits(words) {
  return actions()
    .filter((a) => matches(a, words))
    .map((a) => ({ label: a.label(), icon: a.icon, run: a.run, note: a.keys && h('span.kbd', a.keys) }));
}

/** @returns {Hit[]} */
function workflowHits(found) {
  return found.map((w) => ({
    label: w.name,
    icon: 'flow',
    run: () => go(`/workflows/${w.id}`),
    note: statusBadge(w.last_status),
  }));
}

class Palette {
  constructor() {
    /** @type {Hit[]} */ this.hits = [];
    this.at = 0;
    this.turn = 0;
    this.list = h('ul', { role: 'listbox', id: 'palette-hits' });
    this.input = this.makeInput();
    const head = h('div.ask', icon('search', 20), this.input, h('span.kbd', 'Esc'));
    this.el = /** @type {HTMLDialogElement} */ (
      h('dialog.palette', { 'aria-label': t('palette.ask') }, h('div', head, this.list))
    );
    this.look = debounce(() => this.search(), 150);
    this.el.addEventListener('mousedown', (e) => {
      if (e.target === this.el) this.el.close();
    });
  }

  makeInput() {
    const input = h('input', {
      type: 'text',
      role: 'combobox',
      'aria-controls': 'palette-hits',
      'aria-expanded': 'true',
      'aria-label': t('palette.ask'),
      placeholder: t('palette.ask'),
      autocomplete: 'off',
      spellcheck: 'false',
      oninput: () => {
        this.draw([]);
        this.look();
      },
      onkeydown: (e) => this.keys(e),
    });
    return /** @type {HTMLInputElement} */ (input);
  }

  open() {
    document.getElementById('floats').append(this.el);
    this.el.showModal();
    this.draw([]);
    this.look();
  }

  async search() {
    const mine = ++this.turn;
    const page = await workflows.list({ q: this.input.value.trim(), limit: 6 }).catch(() => ({ items: [] }));
    if (mine === this.turn && this.el.open) this.draw(page.items);
  }

  /** @param {any[]} found workflows that match */
  draw(found) {
    const words = this.input.value.trim().toLowerCase().split(/\s+/).filter(Boolean);
    const flows = workflowHits(found);
    const commands = commandHits(words);
    this.hits = [...flows, ...commands];
    this.at = 0;
    const group = (title, hits, from) =>
      hits.length > 0 && [h('li.group', { role: 'presentation' }, title), hits.map((x, i) => this.row(x, from + i))];
    fill(
      this.list,
      group(t('nav.workflows'), flows, 0),
      group(t('palette.commands'), commands, flows.length),
      this.hits.length === 0 && h('li.none', t('palette.none')),
    );
    this.mark();
  }

  row(hit, i) {
    const point = () => {
      if (this.at === i) return;
      this.at = i;
      this.mark();
    };
    return h(
      'li.hit',
      { role: 'option', id: `hit${i}`, onclick: () => this.pick(hit), onmousemove: point },
      icon(hit.icon, 18),
      h('span.grow.clip', hit.label),
      hit.note,
    );
  }

  mark() {
    [...this.list.querySelectorAll('.hit')].forEach((li, i) => {
      li.setAttribute('aria-selected', String(i === this.at));
      if (i !== this.at) return;
      li.scrollIntoView({ block: 'nearest' });
      this.input.setAttribute('aria-activedescendant', li.id);
    });
  }

  pick(hit) {
    this.el.close();
    hit?.run();
  }

  keys(e) {
    if (e.isComposing) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[e.key];
    if (step && this.hits.length) {
      this.at = (this.at + step + this.hits.length) % this.hits.length;
      this.mark();
    } else if (e.key === 'Enter') this.pick(this.hits[this.at]);
    else return;
    e.preventDefault();
  }
}

export function openPalette() {
  if (shown) return;
  shown = new Palette();
  shown.el.addEventListener('close', () => {
    shown.el.remove();
    shown = null;
  });
  shown.open();
}

export function openKeys() {
  const rows = [
    ...actions()
      .filter((a) => a.keys)
      .map((a) => [a.label(), a.keys]),
    ...[
      ['keys.palette', 'Ctrl K'],
      ['keys.row', '↑ ↓'],
      ['keys.open', 'Enter'],
      ['keys.choose', 'x'],
      ['keys.send', 'Ctrl Enter'],
      ['keys.walk', '← → ↑ ↓'],
      ['keys.zoom', '+ − 0'],
    ].map(([k, v]) => [t(k), v]),
  ];
  const el = /** @type {HTMLDialogElement} */ (
    h(
      'dialog.modal',
      { 'aria-label': t('keys.title') },
      h(
        'div.stack',
        h('h2', t('keys.title')),
        h(
          'dl.keys-list',
          rows.map(([label, keys]) => [
            h('dt', label),
            h(
              'dd',
              keys.split(' ').map((k) => h('span.kbd', k)),
            ),
          ]),
        ),
      ),
    )
  );
  el.addEventListener('mousedown', (e) => {
    if (e.target === el) el.close();
  });
  el.addEventListener('close', () => el.remove());
  document.getElementById('floats').append(el);
  el.showModal();
}
