/* frame.js: rail, top bar and the one scrolling region around every page. */
import { h, fill } from '../dom.js';
import { t, tOr, lang } from '../i18n/index.js';
import { state } from '../state.js';
import { events } from '../events.js';
import { href } from '../router.js';
import { isDark, setLang, setTheme, signOut } from '../actions.js';
import { icon } from './icons.js';
import { menuButton } from './menu.js';
import { openPalette, openKeys } from './palette.js';
import { statusDot, sandboxBadge, colourMark, connectionName } from './badge.js';

/** Key, path, icon; null is a line. @type {([string, string, string]|null)[]} */
const items = [
  ['home', '/', 'home'],
  ['workflows', '/workflows', 'flow'],
  ['new', '/new', 'plus'],
  ['check', '/check', 'shield'],
  ['knowledge', '/knowledge', 'book'],
  ['activity', '/activity', 'pulse'],
  null,
  ['models', '/models', 'cube'],
  ['generations', '/generations', 'spark'],
  ['connections', '/connections', 'plug'],
  ['status', '/status', 'gauge'],
  ['settings', '/settings', 'gear'],
];
const minor = new Set(['check', 'knowledge', 'models', 'generations', 'connections', 'status', 'settings']);

function rail() {
  const link = ([key, path, name]) =>
    h(
      'a.item',
      {
        href: href(path),
        dataset: { nav: key },
        class: `${key === 'new' ? 'new' : ''} ${minor.has(key) ? 'minor' : ''}`,
        title: t(`nav.${key}`),
      },
      icon(name, 20),
      h('span', t(`nav.${key}`)),
    );
  const more = menuButton('button.item.more', {}, [icon('more', 20), h('span', t('nav.more'))], () =>
    items
      .filter((i) => i && minor.has(i[0]))
      .map(([key, path, name]) => ({ label: t(`nav.${key}`), icon: name, href: href(path) })),
  );
  return h(
    'nav.rail',
    { 'aria-label': t('nav.label') },
    h(
      'a.brand',
      { href: href('/') },
      h('img', { src: '/img/logo.svg', alt: '', width: 26, height: 26 }),
      h('span', 'Dify Studio'),
    ),
    items.map((i) => (i ? link(i) : h('hr'))),
    more,
    h('div.foot.meta', h('button.link.meta', { onclick: openKeys }, t('keys.title'), ' ', h('span.kbd', '?'))),
  );
}

function connectionSwitch(signal) {
  const label = h('span.clip');
  const mark = h('span.row');
  const word = h('span.meta.only-wide', { 'aria-hidden': 'true' });
  const button = menuButton(
    'button.switch',
    { 'aria-label': t('connection.switch') },
    [mark, label, word, icon('down', 16)],
    () => [
      ...state.connections.map((c) => ({
        label: c.name,
        note: h('span.row', c.is_sandbox ? 'SANDBOX' : null, colourMark(c.colour), statusDot(c.state)),
        checked: c.id === state.connection()?.id,
        run: () => state.chooseConnection(c.id),
      })),
      '-',
      { label: t('connection.manage'), icon: 'plug', href: href('/connections') },
    ],
  );
  const sandbox = h('span', sandboxBadge());
  const draw = () => {
    const c = state.connection();
    fill(mark, statusDot(c ? c.state : 'unknown'));
    fill(label, c ? connectionName(c) : t('connection.none'));
    word.hidden = !c || c.state === 'up';
    word.textContent = c ? tOr(`status.${c.state}`, c.state) : '';
    sandbox.hidden = !c?.is_sandbox;
  };
  state.addEventListener('connections', draw, { signal });
  draw();
  return [button, sandbox];
}

function jobsButton(signal) {
  const word = h('span');
  const el = h(
    'a.btn.quiet.jobs',
    { href: href('/activity'), hidden: true },
    icon('spin', 16),
    word,
    h('div.bar.open', h('i')),
  );
  el.classList.add('busy');
  const draw = () => {
    const n = state.jobs.size;
    el.hidden = n === 0;
    fill(word, h('span.word', t('jobs.running', { n })), h('span.short.num', String(n)));
    el.title = t('jobs.running', { n });
  };
  state.addEventListener('jobs', draw, { signal });
  draw();
  return el;
}

function topBar(signal) {
  const name = state.name();
  const themeButton = h('button.btn.quiet.icon.only-wide', {
    title: t('theme.toggle'),
    'aria-label': t('theme.toggle'),
    onclick: () => setTheme(isDark() ? 'light' : 'dark'),
  });
  const drawTheme = () => fill(themeButton, icon(isDark() ? 'sun' : 'moon'));
  state.addEventListener('theme', drawTheme, { signal });
  drawTheme();
  return h(
    'header.top',
    h(
      'a.logo-link',
      { href: href('/'), 'aria-label': 'Dify Studio' },
      h('img.logo', { src: '/img/logo.svg', alt: '', width: 26, height: 26 }),
    ),
    connectionSwitch(signal),
    h(
      'button.find',
      { onclick: openPalette, 'aria-label': t('palette.ask') },
      icon('search', 16),
      h('span.clip', t('palette.find')),
      h('span.kbd', 'Ctrl K'),
    ),
    jobsButton(signal),
    h(
      'button.btn.quiet.only-wide',
      {
        title: t('lang.toggle'),
        'aria-label': t('lang.toggle'),
        onclick: () => setLang(lang() === 'zh' ? 'en' : 'zh'),
      },
      lang() === 'zh' ? 'EN' : '中',
    ),
    themeButton,
    menuButton(
      'button.btn.quiet.icon',
      { 'aria-label': t('user.menu', { name }) },
      h('span.avatar', [...name][0]),
      () => [
        { label: name, icon: 'user', note: t(`role.${state.role()}`), href: href('/settings') },
        '-',
        { label: t('lang.toggle'), icon: 'lang', run: () => setLang(lang() === 'zh' ? 'en' : 'zh') },
        { label: t('theme.toggle'), icon: isDark() ? 'sun' : 'moon', run: () => setTheme(isDark() ? 'light' : 'dark') },
        { label: t('keys.title'), icon: 'help', run: openKeys },
        '-',
        { label: t('signout'), icon: 'exit', run: signOut },
      ],
    ),
  );
}

const PATIENCE = 5000;

/** Says so when the live stream is gone for longer than a moment. @param {HTMLElement} strip @param {AbortSignal} signal */
function watchStream(strip, signal) {
  let since = 0;
  const look = () => {
    if (events.state === 'open') since = 0;
    else since ||= Date.now();
    strip.hidden = !since || Date.now() - since < PATIENCE;
    if (since && strip.hidden && !signal.aborted) setTimeout(look, PATIENCE);
  };
  events.addEventListener('state', look, { signal });
  look();
}

/** Builds the frame. @param {AbortSignal} signal aborted when another frame takes its place @returns {{el: HTMLElement, main: HTMLElement, mark: (nav: string) => void}} */
export function frame(signal) {
  const strip = h('div.banner.error', { role: 'status', hidden: true }, icon('alert', 16), t('offline.banner'));
  watchStream(strip, signal);
  const main = h('main.main', { id: 'main', tabindex: -1 });
  const nav = rail();
  const el = h(
    'div.frame',
    h(
      'a.btn.skip',
      {
        href: '#main',
        onclick: (e) => {
          e.preventDefault();
          main.focus();
        },
      },
      t('skip'),
    ),
    nav,
    topBar(signal),
    strip,
    main,
  );
  return {
    el,
    main,
    mark(key) {
      for (const a of /** @type {NodeListOf<HTMLElement>} */ (nav.querySelectorAll('.item[data-nav]'))) {
        if (a.dataset.nav === key) a.setAttribute('aria-current', 'page');
        else a.removeAttribute('aria-current');
      }
    },
  };
}
