/* new.js: the main screen - a sentence goes in; studio.js takes over when a generation is in the URL. */
import { h, fill } from '../dom.js';
import { t } from '../i18n/index.js';
import { state } from '../state.js';
import { icon } from '../ui/icons.js';
import { composer } from './composer.js';
import { examples } from './examples.js';
import { start, readOwn } from './start.js';
import { Studio } from './studio.js';

/** The empty page. @param {import('../router.js').Context} c */
function blank(c) {
  const ask = composer({
    signal: c.signal,
    big: true,
    value: sessionStorage.getItem('studio.draft') ?? '',
    label: t('new.title'),
    placeholder: t('new.placeholder'),
    button: t('new.start'),
    send: (text) => start({ messages: [] }, text),
  });
  ask.box.addEventListener('input', () => sessionStorage.setItem('studio.draft', ask.box.value));
  const own = /** @type {HTMLInputElement} */ (
    h('input.sr', { type: 'file', accept: '.yml,.yaml,.json', onchange: () => own.files[0] && readOwn(own.files[0]) })
  );
  const noModel = h(
    'div.note.warn',
    { hidden: true },
    icon('alert'),
    h('div.grow', t('home.no_model')),
    h('a.btn.small', { href: '#/models' }, t('models.add')),
  );
  const sync = () => {
    noModel.hidden = state.models.length > 0;
  };
  state.loadModels(c.signal).then(sync, () => {});
  fill(
    c.root,
    h(
      'div.page.slim.blank',
      h('div.stack.hair', h('h1.display', t('new.title')), h('p.soft', t('new.lead'))),
      noModel,
      ask.el,
      h(
        'div.examples',
        h('h2.meta', t('new.examples')),
        h(
          'div.example-grid',
          examples().map((e) =>
            h(
              'button.example',
              {
                onclick: () => {
                  ask.set(e.prompt);
                  ask.box.dispatchEvent(new Event('input'));
                },
              },
              h('strong', e.title),
              h('span', e.prompt),
            ),
          ),
        ),
      ),
      h('label.meta.own', icon('file', 16), t('new.own'), own),
    ),
  );
  ask.box.focus();
}

/** @param {import('../router.js').Context} c */
export async function mount(c) {
  const id = c.query.get('job');
  if (!id) {
    blank(c);
    return;
  }
  if (!state.models.length) await state.loadModels(c.signal).catch(() => {});
  new Studio(c, id);
}
