/* toast.js: short messages that leave by themselves, and errors that stay until read. */
import { h } from '../dom.js';
import { t } from '../i18n/index.js';
import { ApiError } from '../api.js';
import { icon, turnIcon } from './icons.js';

let shelf = null;

/** Above everything: what is modal hides what stands outside of it. */
function place() {
  if (!shelf?.isConnected) shelf = h('div.toasts', { role: 'status', 'aria-live': 'polite' });
  const home = document.querySelector('dialog[open]') ?? document.getElementById('floats');
  if (shelf.parentNode !== home) home.append(shelf);
  return shelf;
}

const GAP = 12;

/** Rises so far that no button one may want next lies under it. */
function clear() {
  shelf.style.removeProperty('bottom');
  const buttons = /** @type {Iterable<HTMLElement>} */ (document.querySelectorAll('.btn.primary, .btn.danger, .graph-tools'));
  const boxes = [...buttons].filter((b) => !shelf.contains(b)).map((b) => b.getBoundingClientRect());
  for (let turn = 0; turn < boxes.length; turn++) {
    const at = shelf.getBoundingClientRect();
    const hit = boxes.find((b) => b.width && b.left < at.right && b.right > at.left && b.top < at.bottom && b.bottom > at.top);
    if (!hit || hit.top - GAP - at.height < 0) return;
    shelf.style.bottom = `${innerHeight - hit.top + GAP}px`;
  }
}

/**
 * @param {string|Node} content
 * @param {{tone?: 'ok'|'error'|'', keep?: boolean, action?: {label: string, run: () => void}}} [o]
 */
export function toast(content, o = {}) {
  const close = () => {
    el.classList.add('leaving');
    setTimeout(() => el.remove(), 150);
  };
  const el = h(
    'div.toast',
    { class: o.tone || '' },
    icon({ ok: 'okay', error: 'fail' }[o.tone] || 'info', 18),
    h('div.grow', content),
    o.action &&
      h(
        'button.link',
        {
          onclick: () => {
            o.action.run();
            close();
          },
        },
        o.action.label,
      ),
    h('button.btn.quiet.icon.small', { 'aria-label': t('close'), onclick: close }, icon('close', 16)),
  );
  place().append(el);
  while (shelf.children.length > 4) shelf.firstChild.remove();
  clear();
  if (!o.keep) setTimeout(close, o.tone === 'error' ? 9000 : 4500);
  return close;
}

/** Code and request id of an error, behind "details". @param {any} error */
export function errorDetails(error) {
  if (!(error instanceof ApiError) || (!error.code && !error.requestId)) return null;
  const same = !error.detail || error.detail === error.message;
  return h(
    'details',
    h('summary', turnIcon(), t('details')),
    h(
      'div.wrap-any',
      !same && h('div', error.detail),
      h('div.mono', [error.code, error.status || null, error.requestId].filter(Boolean).join(' · ')),
      error.errors.slice(0, 8).map((e) => h('div', h('code', e.pointer || ''), ' ', e.message || e.code)),
    ),
  );
}

/** Shows what went wrong; an aborted request is no error. @param {any} error */
export function toastError(error) {
  if (error?.name === 'AbortError') return;
  if (!(error instanceof ApiError)) console.error(error);
  toast(h('div', String(error?.message || error), errorDetails(error)), { tone: 'error' });
}

/** A block inside a page that says what failed, with a way on. @param {any} error @param {() => void} [retry] */
export function errorNote(error, retry) {
  return h(
    'div.note.error',
    { role: 'alert' },
    icon('fail'),
    h('div.grow', String(error?.message || error), errorDetails(error)),
    retry && h('button.btn.small', { onclick: retry }, icon('refresh', 14), t('retry')),
  );
}

/** Runs an action of a button: busy while it lasts, its error as a toast. */
export function action(fn) {
  return async (e) => {
    const button = e.currentTarget;
    if (button?.getAttribute('aria-disabled') === 'true') return;
    button?.setAttribute('aria-disabled', 'true');
    button?.classList.add('busy');
    try {
      await fn(e);
    } catch (error) {
      toastError(error);
    }
    button?.removeAttribute('aria-disabled');
    button?.classList.remove('busy');
  };
}
