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

export function openPalette() {
  if (shown) return;
  const list = h('ul', { role: 'listbox', id: 'palette-hits' });
  const input = /** @type {HTMLInputElement} */ (
    h('input', {
      type: 'text',
      role: 'combobox',
      'aria-controls': 'palette-hits',
      'aria-expanded': 'true',
      'aria-label': t('palette.ask'),
      placeholder: t('palette.ask'),
      autocomplete: 'off',
      spellcheck: 'false',
    })
  );
  const el = /** @type {HTMLDialogElement} */ (
    h(
      'dialog.palette',
      { 'aria-label': t('palette.ask') },
      h('div', h('div.ask', icon('search', 20), input, h('span.kbd', 'Esc')), list),
    )
  );
  /** @type {Hit[]} */ let hits = [];
  let at = 0;
  let turn = 0;

  const mark = () => {
    [...list.querySelectorAll('.hit')].forEach((li, i) => {
      li.setAttribute('aria-selected', String(i === at));
      if (i === at) {
        li.scrollIntoView({ block: 'nearest' });
        input.setAttribute('aria-activedescendant', li.id);
      }
    });
  };
  const pick = (hit) => {
    el.close();
    hit?.run();
  };
  const draw = (found) => {
    const words = input.value.trim().toLowerCase().split(/\s+/).filter(Boolean);
    const commands = actions()
      .filter((a) => matches(a, words))
      .map((a) => ({ label: a.label(), icon: a.icon, run: a.run, note: a.keys && h('span.kbd', a.keys) }));
    const flows = found.map((w) => ({
      label: w.name,
      icon: 'flow',
      run: () => go(`/workflows/${w.id}`),
      note: statusBadge(w.last_status),
    }));
    hits = [...flows, ...commands];
    at = 0;
    let i = 0;
    const row = (hit) => {
      const mine = i++;
      return h(
        'li.hit',
        {
          role: 'option',
          id: `hit${mine}`,
          onclick: () => pick(hit),
          onmousemove: () => {
            if (at !== mine) {
              at = mine;
              mark();
            }
          },
        },
        icon(hit.icon, 18),
        h('span.grow.clip', hit.label),
        hit.note,
      );
    };
    fill(
      list,
      flows.length > 0 && h('li.group', { role: 'presentation' }, t('nav.workflows')),
      flows.map(row),
      commands.length > 0 && h('li.group', { role: 'presentation' }, t('palette.commands')),
      commands.map(row),
      hits.length === 0 && h('li.none', t('palette.none')),
    );
    mark();
  };
  const look = debounce(async () => {
    const mine = ++turn;
    const q = input.value.trim();
    const page = await workflows.list({ q, limit: 6 }).catch(() => ({ items: [] }));
    if (mine === turn && el.open) draw(page.items);
  }, 150);

  input.addEventListener('input', () => {
    draw([]);
    look();
  });
  input.addEventListener('keydown', (e) => {
    if (e.isComposing) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[e.key];
    if (step && hits.length) {
      e.preventDefault();
      at = (at + step + hits.length) % hits.length;
      mark();
    }
    if (e.key === 'Enter') {
      e.preventDefault();
      pick(hits[at]);
    }
  });
  el.addEventListener('mousedown', (e) => {
    if (e.target === el) el.close();
  });
  el.addEventListener('close', () => {
    el.remove();
    shown = null;
  });
  shown = el;
  document.getElementById('floats').append(el);
  el.showModal();
  draw([]);
  look();
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
