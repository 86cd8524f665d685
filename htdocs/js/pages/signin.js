/* signin.js: name and password; with #setup=TOKEN the first administrator comes in by the token and then chooses both. */
import { h, fill } from '../dom.js';
import { t, lang } from '../i18n/index.js';
import { auth } from '../api.js';
import { state } from '../state.js';
import { go } from '../router.js';
import { setLang } from '../actions.js';
import { icon } from '../ui/icons.js';
import { text, requireAll, showProblems } from '../ui/field.js';
import { errorNote } from '../ui/toast.js';

function arrive() {
  const after = sessionStorage.getItem('studio.after');
  sessionStorage.removeItem('studio.after');
  if (after && after.startsWith('#/') && after !== '#/signin') location.hash = after;
  else go('/');
}

async function enter(answer) {
  state.setMe(answer?.role ? answer : await auth.me());
}

function shell(...content) {
  return h(
    'div.gate',
    h(
      'div.gate-card',
      h('div.gate-head', h('img', { src: '/img/logo.svg', alt: '', width: 40, height: 40 }), h('span', 'Dify Studio')),
      content,
    ),
    h(
      'button.btn.quiet.small',
      { onclick: () => setLang(lang() === 'zh' ? 'en' : 'zh') },
      icon('lang', 16),
      lang() === 'zh' ? 'English' : '中文',
    ),
  );
}

function loginForm(message) {
  const name = text({ label: t('user.name'), name: 'username', autocomplete: 'username', autocapitalize: 'none' });
  const password = text({
    label: t('user.password'),
    name: 'password',
    type: 'password',
    autocomplete: 'current-password',
  });
  const trouble = h('div', message);
  const button = h('button.btn.primary.large', { type: 'submit' }, t('signin'));
  const form = h(
    'form.stack',
    {
      novalidate: true,
      onsubmit: async (e) => {
        e.preventDefault();
        if (!requireAll([name, password])) return;
        button.setAttribute('aria-disabled', 'true');
        try {
          await enter(await auth.login(name.value(), password.value()));
          arrive();
        } catch (error) {
          fill(trouble, errorNote(error));
          button.removeAttribute('aria-disabled');
          if (error.status === 401) /** @type {any} */ (password.input).select();
        }
      },
    },
    h('h1', t('signin.title')),
    trouble,
    name.el,
    password.el,
    button,
    h('p.meta', t('signin.hint')),
  );
  queueMicrotask(() => name.input.focus());
  return form;
}

/** After the token was taken: a name and a password for the next time. */
function chooseForm() {
  const user = state.name();
  const password = text({
    label: t('password.new'),
    type: 'password',
    autocomplete: 'new-password',
    hint: t('password.rule'),
  });
  const again = text({ label: t('password.again'), type: 'password', autocomplete: 'new-password' });
  const form = h(
    'form.stack',
    {
      novalidate: true,
      onsubmit: async (e) => {
        e.preventDefault();
        if (!requireAll([password, again])) return;
        if (password.value() !== again.value()) {
          again.problem(t('password.differs'));
          return;
        }
        try {
          await auth.password({ password: password.value() });
          arrive();
        } catch (error) {
          if (!showProblems({ password }, error)) password.problem(error.message);
        }
      },
    },
    h('h1', t('setup.title')),
    h('p.soft', t('setup.text', { name: user })),
    h('input.sr', { type: 'text', autocomplete: 'username', value: user, tabindex: -1, 'aria-hidden': 'true' }),
    password.el,
    again.el,
    h('button.btn.primary.large', { type: 'submit' }, t('setup.save')),
    h('button.btn.quiet', { type: 'button', onclick: arrive }, t('setup.later')),
  );
  queueMicrotask(() => password.input.focus());
  return form;
}

/** @param {import('../router.js').Context} c */
export async function mount(c) {
  c.title(t('signin'));
  const token = c.params.setup;
  if (!token) {
    if (state.me) {
      arrive();
      return;
    }
    fill(c.root, shell(loginForm(null)));
    return;
  }
  fill(c.root, shell(h('p.soft', t('setup.working'))));
  try {
    await enter(await auth.setup({ token }));
    fill(c.root, shell(chooseForm()));
  } catch (error) {
    fill(c.root, shell(loginForm(errorNote(error))));
  }
}
