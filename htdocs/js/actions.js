/* actions.js: what can be done from anywhere; the palette, the keys and the menus read the same list. */
import { t } from './i18n/index.js';
import { go } from './router.js';
import { state, prefs } from './state.js';
import { auth } from './api.js';
import { typing } from './dom.js';

/** @typedef {{id: string, label: () => string, icon: string, run: () => void, keys?: string}} Action */

const page = (id, path, icon, keys) => ({ id, label: () => t(`nav.${id}`), icon, run: () => go(path), keys });

/** @type {Action[]} */
const list = [
  page('home', '/', 'home', 'g h'),
  page('workflows', '/workflows', 'flow', 'g w'),
  page('new', '/new', 'plus', 'n'),
  page('check', '/check', 'shield', 'g c'),
  page('knowledge', '/knowledge', 'book', 'g k'),
  page('activity', '/activity', 'pulse', 'g a'),
  page('models', '/models', 'cube', 'g m'),
  page('generations', '/generations', 'spark', 'g e'),
  page('connections', '/connections', 'plug', 'g d'),
  page('status', '/status', 'gauge', 'g s'),
  page('settings', '/settings', 'gear', 'g ,'),
  { id: 'theme', label: () => t('theme.toggle'), icon: 'half', run: () => setTheme(isDark() ? 'light' : 'dark') },
  {
    id: 'lang',
    label: () => t('lang.toggle'),
    icon: 'lang',
    run: () => setLang(document.documentElement.lang === 'en' ? 'zh' : 'en'),
  },
  { id: 'signout', label: () => t('signout'), icon: 'exit', run: signOut },
];

export function actions() {
  return list;
}

export function isDark() {
  const chosen = document.documentElement.dataset.theme;
  return chosen ? chosen === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches;
}

/** @param {'light'|'dark'|'auto'} theme */
export function setTheme(theme) {
  prefs.set('theme', theme === 'auto' ? null : theme);
  if (theme === 'auto') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
  state.emit('theme');
}

/** @param {'en'|'zh'} lang */
export function setLang(lang) {
  prefs.set('lang', lang);
  document.documentElement.lang = lang === 'zh' ? 'zh-CN' : 'en';
  state.emit('lang');
}

export async function signOut() {
  await auth.logout().catch(() => {});
  state.setMe(null);
  go('/signin');
}

/**
 * Single keys and "g x" pairs, quiet while a person types or a dialog is open.
 * @param {{palette: () => void, keys: () => void}} open
 */
export function bindKeys(open) {
  let lead = 0;
  document.addEventListener('keydown', (e) => {
    if ((e.ctrlKey || e.metaKey) && e.key.toLowerCase() === 'k') {
      e.preventDefault();
      if (state.me) open.palette();
      return;
    }
    if (!state.me || e.ctrlKey || e.metaKey || e.altKey || typing(e) || document.querySelector('dialog[open]')) return;
    const pair = Date.now() - lead < 900 ? `g ${e.key}` : e.key;
    lead = e.key === 'g' ? Date.now() : 0;
    if (e.key === '/') {
      e.preventDefault();
      open.palette();
      return;
    }
    if (e.key === '?') {
      open.keys();
      return;
    }
    const action = list.find((a) => a.keys === pair);
    if (action) {
      e.preventDefault();
      action.run();
    }
  });
}
