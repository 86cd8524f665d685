/* menu.js: a popup list of actions under a button, with arrows, Home, End and Esc. */
import { h } from '../dom.js';
import { icon } from './icons.js';

/** @typedef {{label: string, icon?: string, run?: () => void, href?: string, tone?: string, checked?: boolean, note?: string|Node}|'-'|''|null|false} Item */

let closeOpen = () => {};

/** Opens a menu at an element. @param {HTMLElement} anchor @param {Item[]} items */
export function openMenu(anchor, items) {
  closeOpen();
  const entries = items.filter(Boolean);
  const el = h(
    'div.menu',
    { role: 'menu' },
    entries.map((it) => (it === '-' ? h('hr') : entry(it))),
  );
  document.getElementById('floats').append(el);
  anchor.setAttribute('aria-expanded', 'true');
  position(el, anchor);
  const stop = new AbortController();
  const close = (focus) => {
    stop.abort();
    el.remove();
    anchor.setAttribute('aria-expanded', 'false');
    closeOpen = () => {};
    if (focus) anchor.focus();
  };
  closeOpen = () => close(false);
  function entry(it) {
    const tag = it.href ? 'a' : 'button';
    return h(
      tag,
      {
        role: it.checked === undefined ? 'menuitem' : 'menuitemradio',
        'aria-checked': it.checked === undefined ? null : String(it.checked),
        href: it.href,
        class: it.tone || '',
        tabindex: -1,
        onclick: () => {
          close(!it.href);
          it.run?.();
        },
      },
      it.icon ? icon(it.icon, 16) : null,
      h('span.grow', it.label),
      it.note && h('span.meta', it.note),
      it.checked && icon('tick', 16),
    );
  }
  el.addEventListener('keydown', (e) => keys(e, el, close));
  document.addEventListener(
    'pointerdown',
    (e) => {
      if (!el.contains(/** @type {Node} */ (e.target)) && !anchor.contains(/** @type {Node} */ (e.target)))
        close(false);
    },
    { signal: stop.signal },
  );
  window.addEventListener('hashchange', () => close(false), { signal: stop.signal });
  window.addEventListener('resize', () => close(false), { signal: stop.signal });
  /** @type {HTMLElement} */ (el.querySelector('[role^=menuitem]'))?.focus();
}

function position(el, anchor) {
  const a = anchor.getBoundingClientRect();
  const w = el.offsetWidth;
  const tall = el.offsetHeight;
  const left = Math.max(8, Math.min(a.left, innerWidth - w - 8, a.left + w > innerWidth - 8 ? a.right - w : a.left));
  const below = a.bottom + 4 + tall <= innerHeight - 8;
  el.style.left = `${left}px`;
  el.style.top = `${below ? a.bottom + 4 : Math.max(8, a.top - 4 - tall)}px`;
}

function keys(e, el, close) {
  const all = [...el.querySelectorAll('[role^=menuitem]')];
  const at = all.indexOf(document.activeElement);
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: all.length - 1 }[e.key];
  if (to !== undefined) {
    e.preventDefault();
    all[(to + all.length) % all.length].focus();
  } else if (e.key === 'Escape' || e.key === 'Tab') {
    e.preventDefault();
    e.stopPropagation();
    close(true);
  }
}

/** A button that opens a menu. @param {any} props @param {any} children @param {() => Item[]} items */
export function menuButton(spec, props, children, items) {
  return h(
    spec,
    {
      'aria-haspopup': 'menu',
      'aria-expanded': 'false',
      type: 'button',
      ...props,
      onclick: (e) => {
        e.preventDefault();
        e.stopPropagation();
        if (e.currentTarget.getAttribute('aria-expanded') === 'true') closeOpen();
        else openMenu(e.currentTarget, items());
      },
    },
    children,
  );
}
