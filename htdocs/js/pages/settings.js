/* settings.js: language, theme, password, API tokens, backup. */
import { h, fill } from '../dom.js';
import { t, lang } from '../i18n/index.js';
import { auth } from '../api.js';
import { state, prefs } from '../state.js';
import { setLang, setTheme, signOut } from '../actions.js';
import { icon } from '../ui/icons.js';
import { segments, time, copyButton, skeleton } from '../ui/bits.js';
import { text, select, requireAll, showProblems } from '../ui/field.js';
import { confirm } from '../ui/dialog.js';
import { toast, toastError, errorNote } from '../ui/toast.js';
import { backupCard } from './backup.js';

function looks() {
  return h(
    'section.card',
    h('header', h('h2', t('settings.looks'))),
    h(
      'ul.lines',
      h(
        'li',
        h('span.grow', t('settings.lang')),
        segments(
          [
            { key: 'en', label: 'English' },
            { key: 'zh', label: '中文' },
          ],
          lang(),
          (k) => setLang(/** @type {any} */ (k)),
          t('settings.lang'),
        ),
      ),
      h(
        'li',
        h('span.grow', t('settings.theme')),
        segments(
          [
            { key: 'auto', label: t('theme.auto'), icon: 'half' },
            { key: 'light', label: t('theme.light'), icon: 'sun' },
            { key: 'dark', label: t('theme.dark'), icon: 'moon' },
          ],
          prefs.get('theme', 'auto'),
          (k) => setTheme(/** @type {any} */ (k)),
          t('settings.theme'),
        ),
      ),
    ),
  );
}

function account() {
  const name = state.name();
  const role = state.role();
  const f = {
    current: text({ label: t('password.current'), type: 'password', autocomplete: 'current-password' }),
    password: text({
      label: t('password.new'),
      type: 'password',
      autocomplete: 'new-password',
      hint: t('password.rule'),
    }),
    again: text({ label: t('password.again'), type: 'password', autocomplete: 'new-password' }),
  };
  const form = h(
    'form.body.stack',
    {
      novalidate: true,
      onsubmit: async (e) => {
        e.preventDefault();
        if (!requireAll([f.password, f.again])) return;
        if (f.password.value() !== f.again.value()) {
          f.again.problem(t('password.differs'));
          return;
        }
        try {
          await auth.password({
            password: f.password.value(),
            ...(f.current.value() ? { current: f.current.value() } : {}),
          });
          toast(t('password.changed'), { tone: 'ok' });
          for (const x of Object.values(f)) x.input.value = '';
        } catch (error) {
          if (!showProblems(f, error)) f.current.problem(error.message);
        }
      },
    },
    h('input.sr', { type: 'text', autocomplete: 'username', value: name, tabindex: -1, 'aria-hidden': 'true' }),
    h('div.form-grid', h('div.whole', f.current.el), f.password.el, f.again.el),
    h('div.row', h('button.btn.primary', { type: 'submit' }, t('password.change'))),
  );
  return h(
    'section.card',
    h(
      'header',
      h('span.avatar', [...(name || '?')][0]),
      h('h2', name),
      h('span.badge', t(`role.${role}`)),
      h('button.btn.small', { onclick: signOut }, icon('exit', 15), t('signout')),
    ),
    form,
  );
}

/** @param {any} x a token @param {() => void} remove */
function tokenLine(x, remove) {
  const used = x.last_used_at ? [t('token.used'), ' ', time(x.last_used_at)] : t('token.unused');
  return h(
    'li',
    icon('key', 18),
    h(
      'div.grow',
      h('div', x.name, ' ', h('span.chip', t(`role.${x.role}`))),
      h('div.meta', t('token.made'), ' ', time(x.created_at), ' · ', used),
    ),
    h('button.btn.quiet.small', { onclick: remove }, icon('trash', 15), t('token.revoke')),
  );
}

/** The form for a new token; what was made is shown this one time. @param {() => void} made */
function tokenForm(made) {
  const shown = h('div.pad-note');
  const roles = /** @type {const} */ (['viewer', 'editor', 'admin']).filter((r) => state.may(r));
  const name = text({ label: t('token.name'), maxlength: 60, placeholder: t('token.sample') });
  const role = select({ label: t('token.role'), options: roles.map((r) => ({ value: r, label: t(`role.${r}`) })) });
  const submit = async (e) => {
    e.preventDefault();
    if (!requireAll([name])) return;
    try {
      const { token } = await auth.createToken({ name: name.value(), role: role.value() });
      const words = h('div.row', h('code.wrap-any', token), copyButton(token));
      fill(shown, h('div.note.ok', icon('key'), h('div.grow', h('strong', t('token.once')), words)));
      name.input.value = '';
      made();
    } catch (error) {
      if (!showProblems({ name, role }, error)) toastError(error);
    }
  };
  const button = h('button.btn', { type: 'submit' }, icon('plus', 16), t('token.make'));
  return { shown, form: h('form.body.token-form', { novalidate: true, onsubmit: submit }, name.el, role.el, button) };
}

function tokens(signal) {
  const list = h('div', skeleton(2));
  const load = async () => {
    try {
      const { items } = await auth.tokens(signal);
      const lines = items.map((x) => tokenLine(x, () => remove(x)));
      fill(list, lines.length ? h('ul.lines', lines) : h('div.body.soft', t('token.none')));
    } catch (error) {
      if (error.name !== 'AbortError') fill(list, errorNote(error, load));
    }
  };
  const remove = async (x) => {
    const words = {
      title: t('token.delete', { name: x.name }),
      text: t('token.delete.text'),
      confirm: t('token.revoke'),
    };
    if (await confirm(words)) await auth.deleteToken(x.id).then(load, toastError);
  };
  const { shown, form } = tokenForm(load);
  load();
  const head = h('header', h('h2', t('tokens')), h('span.meta', t('tokens.lead')));
  return h('section.card', head, shown, list, h('hr'), form);
}

/** @param {import('../router.js').Context} c */
export function mount(c) {
  fill(
    c.root,
    h('div.page.slim', h('div.page-head', h('h1', t('nav.settings'))), looks(), account(), tokens(c.signal), backupCard(c.signal)),
  );
}
