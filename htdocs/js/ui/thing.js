/* thing.js: the card of something that was set up - a model, a connection: test, edit, make default, delete. */
import { h } from '../dom.js';
import { t } from '../i18n/index.js';
import { icon } from './icons.js';
import { menuButton } from './menu.js';
import { confirm } from './dialog.js';
import { action, toastError } from './toast.js';

/**
 * @typedef {Object} Thing
 * @property {{id: string, name: string, is_default?: boolean}} item
 * @property {string} icon
 * @property {string} sub what stands under the name
 * @property {any} [mark] what stands before the name
 * @property {any} [badges]
 * @property {any} body
 * @property {boolean} [marked]
 * @property {() => Promise<any>} test
 * @property {null|{edit: () => void, makeDefault: () => Promise<any>, defaultLabel: string, remove: () => Promise<any>,
 *   title: string, text: string, done: () => void}} admin what only an administrator may do
 */

/** @param {Thing} o */
function menu(o) {
  const { admin, item } = o;
  const remove = async () => {
    if (!(await confirm({ title: admin.title, text: admin.text, confirm: t('delete') }))) return;
    await admin.remove().then(admin.done, toastError);
  };
  return menuButton(
    'button.btn.quiet.icon.small',
    { 'aria-label': t('actions.of', { name: item.name }) },
    icon('more'),
    () => [
      { label: t('edit'), icon: 'pencil', run: admin.edit },
      !item.is_default && {
        label: admin.defaultLabel,
        icon: 'okay',
        run: () => admin.makeDefault().then(admin.done, toastError),
      },
      '-',
      { label: t('delete'), icon: 'trash', tone: 'danger', run: remove },
    ],
  );
}

/** @param {Thing} o */
export function thing(o) {
  const { item } = o;
  const name = h('div.row', o.mark, h('h2.clip', item.name), item.is_default && h('span.badge.live', t('default')), o.badges);
  return h(
    'section.card.thing',
    { class: o.marked ? 'marked' : '', dataset: { id: item.id } },
    h(
      'div.thing-head',
      h('span.thing-icon', icon(o.icon, 20)),
      h('div.grow', name, h('div.meta.mono.clip', o.sub)),
      h('button.btn.small', { onclick: action(o.test) }, icon('refresh', 15), t('test')),
      o.admin && menu(o),
    ),
    o.body,
  );
}
