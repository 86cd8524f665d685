/* dialog.js: the modal that confirms what can't be undone, and the side sheet for forms. */
import { h } from '../dom.js';
import { t } from '../i18n/index.js';
import { icon } from './icons.js';
import { toastError } from './toast.js';

/** @param {HTMLElement} content @param {string} cls @param {string} label */
function open(content, cls, label, outside = true) {
  const el = /** @type {HTMLDialogElement} */ (h('dialog', { class: cls, 'aria-label': label }, content));
  document.getElementById('floats').append(el);
  el.addEventListener('close', () => el.remove());
  el.addEventListener('mousedown', (e) => {
    if (outside && e.target === el) el.close();
  });
  window.addEventListener('hashchange', () => el.close(), { once: true });
  el.showModal();
  return el;
}

/**
 * Asks before what can't be undone. Resolves with true, or with the state of the extra checkbox as {extra}.
 * @param {{title: string|Node, text?: string|Node, confirm: string, extra?: string}} o
 * @returns {Promise<false|{extra: boolean}>}
 */
export function confirm(o) {
  return new Promise((resolve) => {
    /** @type {false|{extra: boolean}} */
    let answer = false;
    const extra = /** @type {HTMLInputElement} */ (h('input', { type: 'checkbox' }));
    const no = h('button.btn', { type: 'button', onclick: () => el.close() }, t('cancel'));
    const yes = h(
      'button.btn.danger',
      {
        onclick: () => {
          answer = { extra: extra.checked };
          el.close();
        },
      },
      o.confirm,
    );
    const el = open(
      h(
        'div.stack',
        h('h2', o.title),
        o.text && h('p.soft', o.text),
        o.extra && h('label.check', extra, h('span', o.extra)),
        h('div.row.buttons', no, yes),
      ),
      'modal',
      o.confirm,
    );
    el.addEventListener('close', () => resolve(answer));
    no.focus();
  });
}

/**
 * A form at the side. submit may throw: the sheet stays open then.
 * @param {{title: string, body: HTMLElement, submit: string, onsubmit: () => Promise<any>, extra?: HTMLElement}} o
 */
export function sheet(o) {
  const button = h('button.btn.primary', { type: 'submit' }, o.submit);
  const form = h(
    'form.sheet-form',
    {
      novalidate: true,
      onsubmit: async (e) => {
        e.preventDefault();
        button.setAttribute('aria-disabled', 'true');
        try {
          await o.onsubmit();
          el.close();
        } catch (error) {
          toastError(error);
        }
        button.removeAttribute('aria-disabled');
      },
    },
    h(
      'header.row',
      h('h2.grow', o.title),
      h(
        'button.btn.quiet.icon',
        { type: 'button', 'aria-label': t('close'), onclick: () => el.close() },
        icon('close'),
      ),
    ),
    h('div.sheet-body', o.body),
    h(
      'footer.row',
      o.extra,
      h('span.grow'),
      h('button.btn', { type: 'button', onclick: () => el.close() }, t('cancel')),
      button,
    ),
  );
  const el = open(form, 'sheet', o.title, false); // a stray click must not lose what was typed
  const first = form.querySelector('.sheet-body :is(input, select, textarea)');
  if (first) /** @type {HTMLElement} */ (first).focus();
  return el;
}
