/* bits.js: small parts that many pages use - time, id, empty state, tabs, skeleton, download, copy. */
import { h, s } from '../dom.js';
import { t } from '../i18n/index.js';
import { ago, exact, shortId } from '../format.js';
import { icon } from './icons.js';
import { toast } from './toast.js';

/** Relative time with the exact time as title. @param {number|null|undefined} ms */
export function time(ms) {
  if (!ms) return h('span.meta', '–');
  return h('time', { datetime: new Date(ms).toISOString(), title: exact(ms), dataset: { ms: String(ms) } }, ago(ms));
}

setInterval(() => {
  const all = /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll('time[data-ms]'));
  for (const el of all) el.textContent = ago(Number(el.dataset.ms));
}, 30000);

/** Copies text; without the clipboard API (plain http) through a hidden field. @param {string} text */
export async function copyText(text) {
  try {
    if (navigator.clipboard) {
      await navigator.clipboard.writeText(text);
      return true;
    }
  } catch {
    /* refused: the old way below */
  }
  const area = h('textarea.sr', { value: text, readonly: true });
  (document.querySelector('dialog[open]') || document.body).append(area);
  /** @type {HTMLTextAreaElement} */ (area).select();
  let done = false;
  try {
    done = document.execCommand('copy');
  } catch {
    done = false;
  }
  area.remove();
  return done;
}

/** @param {string|(() => Promise<string>)} text @param {string} [label] */
export function copyButton(text, label) {
  const el = h(
    'button.btn.quiet.small',
    {
      type: 'button',
      class: label ? '' : 'icon',
      'aria-label': label ? null : t('copy'),
      title: t('copy'),
      onclick: async () => {
        const done = await copyText(typeof text === 'function' ? await text() : text);
        if (!done) {
          toast(t('copy.failed'), { tone: 'error' });
          return;
        }
        el.firstChild.replaceWith(icon('tick', 15));
        setTimeout(() => el.firstChild.replaceWith(icon('copy', 15)), 1500);
      },
    },
    icon('copy', 15),
    label,
  );
  return el;
}

/** A long id, shortened, copied by a click. @param {string|null|undefined} id */
export function idChip(id) {
  if (!id) return h('span.meta', '–');
  return h(
    'button.id-chip.mono',
    {
      type: 'button',
      title: `${id}\n${t('copy')}`,
      onclick: async (e) => {
        e.stopPropagation();
        if (await copyText(id)) toast(t('copied'), { tone: 'ok' });
      },
    },
    shortId(id),
  );
}

/** Saves text, or bytes, as a file. @param {string} name @param {string|Blob} text @param {string} type */
export function download(name, text, type) {
  const url = URL.createObjectURL(new Blob([text], { type }));
  const a = h('a', { href: url, download: name });
  document.body.append(a);
  a.click();
  a.remove();
  setTimeout(() => URL.revokeObjectURL(url), 10000);
}

/** A file name out of any title. @param {string} name */
export function fileName(name) {
  return (
    (name || 'workflow')
      .replace(/[\\/:*?"<>|\s]+/g, '-')
      .replace(/^-+|-+$/g, '')
      .slice(0, 80) || 'workflow'
  );
}

/** What a list is and the one button that fills it. */
export function empty(title, text, ...actions) {
  return h('div.empty', emptyArt(), h('h2', title), h('p', text), actions.length > 0 && h('div.row', actions));
}

function emptyArt() {
  return s(
    'svg.empty-art',
    { width: 132, height: 64, viewBox: '0 0 132 64', fill: 'none', 'aria-hidden': 'true' },
    s('path.dash', { d: 'M40 20h12c14 0 12 24 26 24h14' }),
    s('path.dash', { d: 'M40 20h52' }),
    s('rect.box', { x: 6, y: 10, width: 34, height: 20, rx: 5 }),
    s('rect.box', { x: 92, y: 10, width: 34, height: 20, rx: 5 }),
    s('rect.box.new', { x: 92, y: 34, width: 34, height: 20, rx: 5 }),
    s('path.plus', { d: 'M109 40v8M105 44h8' }),
  );
}

/** Shape of a list while it loads; shown only after 150 ms. @param {number} rows */
export function skeleton(rows = 5) {
  const el = h('div.bones', { 'aria-hidden': 'true' });
  const timer = setTimeout(() => {
    for (let i = 0; i < rows; i++) el.append(h('div.bone-row', h('div.bone'), h('div.bone'), h('div.bone')));
  }, 150);
  new MutationObserver((_, o) => {
    if (!el.isConnected) {
      clearTimeout(timer);
      o.disconnect();
    }
  }).observe(document.body, { childList: true, subtree: true });
  return el;
}

/**
 * Tabs whose choice lives in the URL.
 * @param {{key: string, label: string, icon?: string, count?: number}[]} items
 * @param {string} active @param {(key: string) => void} choose
 */
export function tabs(items, active, choose) {
  const el = h(
    'div.tabs',
    { role: 'tablist' },
    items.map((it) =>
      h(
        'button',
        {
          role: 'tab',
          'aria-selected': String(it.key === active),
          tabindex: it.key === active ? 0 : -1,
          dataset: { key: it.key },
          onclick: () => select(it.key),
        },
        it.icon && icon(it.icon, 16),
        it.label,
        it.count !== undefined && h('span.count', String(it.count)),
      ),
    ),
  );
  const select = (key) => {
    for (const b of /** @type {Iterable<HTMLElement>} */ (el.querySelectorAll('button'))) {
      const on = b.dataset.key === key;
      b.setAttribute('aria-selected', String(on));
      b.tabIndex = on ? 0 : -1;
    }
    choose(key);
  };
  el.addEventListener('keydown', (e) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[e.key];
    if (!step) return;
    const all = [...el.querySelectorAll('button')];
    const at = all.findIndex((b) => b === document.activeElement);
    const next = all[(at + step + all.length) % all.length];
    next.focus();
    next.click();
  });
  requestAnimationFrame(() =>
    el.querySelector('[aria-selected=true]')?.scrollIntoView({ block: 'nearest', inline: 'nearest' }),
  );
  return Object.assign(el, { select });
}

/** Buttons of which one is pressed. @param {{key: string, label: string, icon?: string}[]} items */
export function segments(items, active, choose, label) {
  const el = h(
    'div.segments',
    { role: 'group', 'aria-label': label },
    items.map((it) =>
      h(
        'button',
        {
          type: 'button',
          'aria-pressed': String(it.key === active),
          title: it.label,
          onclick: (e) => {
            for (const b of el.children) b.setAttribute('aria-pressed', String(b === e.currentTarget));
            choose(it.key);
          },
        },
        it.icon && icon(it.icon, 16),
        it.label,
      ),
    ),
  );
  return el;
}

/** Fact list of label and value pairs. @param {[string, any][]} pairs */
export function facts(pairs) {
  return h(
    'dl.facts',
    pairs
      .filter((p) => p && p[1] !== null && p[1] !== undefined && p[1] !== false)
      .map(([k, v]) => h('div', h('dt', k), h('dd', v))),
  );
}
