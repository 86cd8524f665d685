/* app.js: starts the studio - session, frame, routes, live events. */
import { h, fill } from './dom.js';
import { t } from './i18n/index.js';
import { auth, jobs, whenSignedOut } from './api.js';
import { state } from './state.js';
import { events } from './events.js';
import { isOver } from './watch.js';
import { find, current, context, go } from './router.js';
import { frame } from './ui/frame.js';
import { bindKeys } from './actions.js';
import { openPalette, openKeys } from './ui/palette.js';
import { errorNote } from './ui/toast.js';

/** @type {import('./router.js').Route[]} */
const routes = [
  { pattern: '/', nav: 'home', load: () => import('./pages/home.js') },
  { pattern: '/signin', open: true, load: () => import('./pages/signin.js') },
  { pattern: '/workflows', nav: 'workflows', load: () => import('./pages/workflows.js') },
  { pattern: '/import', nav: 'workflows', load: () => import('./pages/import.js') },
  { pattern: '/workflows/:id', nav: 'workflows', load: () => import('./pages/workflow.js') },
  { pattern: '/workflows/:id/promote', nav: 'workflows', load: () => import('./pages/promote.js') },
  { pattern: '/new', nav: 'new', load: () => import('./pages/new.js') },
  { pattern: '/plan', nav: 'new', load: () => import('./pages/plan.js') },
  { pattern: '/check', nav: 'check', load: () => import('./pages/check.js') },
  { pattern: '/knowledge', nav: 'knowledge', load: () => import('./pages/knowledge.js') },
  { pattern: '/activity', nav: 'activity', load: () => import('./pages/activity.js') },
  { pattern: '/runs', nav: 'activity', load: () => import('./pages/all-runs.js') },
  { pattern: '/models', nav: 'models', load: () => import('./pages/models.js') },
  { pattern: '/generations', nav: 'generations', load: () => import('./pages/generations.js') },
  { pattern: '/connections', nav: 'connections', load: () => import('./pages/connections.js') },
  { pattern: '/status', nav: 'status', load: () => import('./pages/status.js') },
  { pattern: '/settings', nav: 'settings', load: () => import('./pages/settings.js') },
];

const app = document.getElementById('app');
let shell = null;
let shellOver = new AbortController();
let leave = new AbortController();

/** The frame is built anew for another person or language. */
function dropFrame() {
  shellOver.abort();
  shell = null;
}

/** Shows the page of the URL. */
async function show() {
  leave.abort();
  leave = new AbortController();
  const { signal } = leave;
  const setup = /^#setup=([\w.~-]+)$/.exec(location.hash);
  const { path } = current();
  const hit = setup ? { route: routes[1], params: { setup: setup[1] } } : find(routes, path);
  if (setup) history.replaceState(null, '', '#/signin');
  if (!state.me && !hit?.route.open) {
    if (path !== '/' && path !== '/signin') sessionStorage.setItem('studio.after', location.hash);
    go('/signin');
    return;
  }
  const open = hit?.route.open;
  if (open) {
    dropFrame();
  } else if (!shell) {
    shellOver = new AbortController();
    shell = frame(shellOver.signal);
    fill(app, shell.el);
  }
  const root = h('div.mount');
  shell?.mark(hit?.route.nav ?? '');
  const title = (text) => {
    document.title = text ? `${text} · Dify Studio` : 'Dify Studio';
  };
  try {
    const page = hit ? await hit.route.load() : await import('./pages/missing.js');
    if (signal.aborted) return;
    title(hit?.route.nav ? t(`nav.${hit.route.nav}`) : '');
    fill(shell ? shell.main : app, root);
    if (shell) shell.main.scrollTop = 0;
    await page.mount(context(root, hit?.params ?? {}, signal, title));
  } catch (error) {
    if (error.name === 'AbortError' || signal.aborted) return;
    if (error.status === 404) {
      const missing = await import('./pages/missing.js');
      if (!signal.aborted) missing.mount(context(root, {}, signal, title));
      return;
    }
    console.error(error);
    if (!root.isConnected) fill(shell ? shell.main : app, root);
    fill(root, h('div.page', errorNote(error, show)));
  }
}

/** What every page may lean on: connections, models, jobs under way. */
function startSession() {
  events.start();
  state.loadConnections().catch(() => {});
  state.loadModels().catch(() => {});
  for (const s of ['running', 'queued']) {
    jobs.list({ state: s, limit: 100 }).then(
      (p) => {
        for (const j of p.items) state.jobs.set(j.id, j);
        state.emit('jobs');
      },
      () => {},
    );
  }
}

events.addEventListener('job', (e) => {
  const d = /** @type {CustomEvent} */ (e).detail;
  const id = d.job_id || d.id;
  if (!id) return;
  if (isOver(d.state)) state.jobs.delete(id);
  else state.jobs.set(id, { ...state.jobs.get(id), ...d, id });
  state.emit('jobs');
});
events.addEventListener('connection', () => {
  state.loadConnections().catch(() => {});
});
events.addEventListener('state', () => {
  if (events.state === 'closed' && state.me)
    auth.me().then(
      () => events.reopen(),
      () => {},
    );
});

state.addEventListener('me', () => {
  dropFrame();
  if (state.me) startSession();
});
state.addEventListener('lang', () => {
  dropFrame();
  show();
});
whenSignedOut(() => {
  if (!state.me) return;
  state.setMe(null);
  sessionStorage.setItem('studio.after', location.hash);
  go('/signin');
});

async function start() {
  bindKeys({ palette: openPalette, keys: openKeys });
  find(routes, current().path)?.route.load().catch(() => {}); // comes while we ask who is there
  if (!location.hash.startsWith('#setup=')) {
    try {
      state.setMe(await auth.me());
    } catch (e) {
      if (e.status !== 401) {
        fill(
          app,
          h(
            'div.page.slim',
            errorNote(e, () => location.reload()),
          ),
        );
        return;
      }
    }
  }
  window.addEventListener('hashchange', show);
  show();
}

start();
