/* home.js: is everything all right, what needs me, how do I start something new. */
import { h, fill } from '../dom.js';
import { t, tOr } from '../i18n/index.js';
import { status, workflows, jobs } from '../api.js';
import { state } from '../state.js';
import { events } from '../events.js';
import { href, go } from '../router.js';
import { debounce } from '../dom.js';
import { icon } from '../ui/icons.js';
import { statusBadge, statusDot, connectionName } from '../ui/badge.js';
import { time, skeleton } from '../ui/bits.js';
import { action, errorNote } from '../ui/toast.js';
import { examples } from './examples.js';
import { start as begin } from './start.js';
import { learnNames } from './job-words.js';
import { needs, needCard } from './needs.js';

function health(s) {
  const down = (s?.worker && !s.worker.alive) || (s?.queue && !s.queue.up);
  const bad = down || state.connection()?.state === 'refused';
  const warn = state.connections.some((c) => c.state !== 'up') || !state.connections.length || !state.models.length;
  const tone = bad ? 'error' : warn ? 'warn' : 'ok';
  const running = state.jobs.size;
  return h(
    'div.health',
    { class: tone },
    icon({ ok: 'okay', warn: 'alert', error: 'fail' }[tone], 20),
    h('strong', t(`home.health.${tone}`)),
    state.connections
      .slice(0, 4)
      .map((c) => h('a.chip', { href: href('/connections', { id: c.id }) }, statusDot(c.state), connectionName(c), c.state !== 'up' && h('span.meta', tOr(`status.${c.state}`, c.state)))),
    running > 0 && h('a.chip', { href: href('/activity') }, h('span.dot.live'), t('jobs.running', { n: running })),
    s?.version && h('span.meta.version', `v${s.version}`),
  );
}

/** How it goes, for who has nothing here yet. */
function firstSteps() {
  const line = (n) => h('li', h('span.count-mark', String(n)), h('span', h('strong', t(`home.first.${n}`)), h('div.meta', t(`home.first.${n}.text`))));
  return h('section.card', h('header', h('h2', t('home.first'))), h('ol.lines', [1, 2, 3].map(line)));
}

function recent(flows) {
  if (!flows.length) return firstSteps();
  return h(
    'section.card',
    h('header', h('h2', t('home.recent')), h('a.meta', { href: href('/workflows') }, t('home.all'))),
    h(
      'div.lines',
      flows
        .slice(0, 6)
        .map((w) =>
          h(
            'a',
            { href: href(`/workflows/${w.id}`) },
            icon('flow', 18),
            h('span.grow.clip', w.name),
            statusBadge(w.last_status),
            h('span.meta.when', time(w.updated_at)),
          ),
        ),
    ),
  );
}

function starter() {
  const box = /** @type {HTMLTextAreaElement} */ (
    h('textarea', { rows: 2, placeholder: t('new.placeholder'), 'aria-label': t('new.title') })
  );
  const start = action(async () => {
    const text = box.value.trim();
    if (text && state.models.length) {
      await begin({ messages: [] }, text);
      return;
    }
    if (text) sessionStorage.setItem('studio.draft', text);
    go('/new');
  });
  const button = h('button.btn.primary', { onclick: start }, icon('spark', 16), t('new.start'));
  box.addEventListener('keydown', (e) => {
    if (e.key === 'Enter' && (e.ctrlKey || e.metaKey)) {
      e.preventDefault();
      button.click();
    }
  });
  return h(
    'section.starter',
    h('h1.display', t('new.title')),
    h(
      'div.ask-box',
      box,
      h(
        'div.ask-foot',
        h('span.meta.grow.only-wide', t('new.keys')),
        button,
      ),
    ),
    h(
      'div.row.wrap.chips',
      examples()
        .slice(0, 3)
        .map((e) =>
          h(
            'button.chip',
            {
              onclick: () => {
                box.value = e.prompt;
                box.focus();
              },
            },
            e.title,
          ),
        ),
    ),
  );
}

/** Lists leave out what was asked; a failed generation is known by nothing else. @param {any[]} list @param {AbortSignal} signal */
function withPrompts(list, signal) {
  const most = 8;
  return Promise.all(
    list.map((j, i) =>
      j.kind === 'generate' && i < most ? jobs.get(j.id, signal).catch(() => j) : Promise.resolve(j),
    ),
  );
}

/** @param {import('../router.js').Context} c */
export function mount(c) {
  const top = h('div', h('div.health'));
  const need = h('div');
  const last = h('div');
  fill(c.root, h('div.page', top, starter(), h('div.grid2', need, last)));
  fill(need, skeleton(3));
  const load = async () => {
    try {
      const [s, failed, flows] = await Promise.all([
        status.get(c.signal),
        jobs.list({ state: 'failed', limit: 20 }, c.signal),
        workflows.list({ limit: 50 }, c.signal),
      ]);
      learnNames(flows.items);
      const failures = await withPrompts(failed.items, c.signal);
      fill(top, health(s));
      fill(need, needCard(needs(s, failures, flows.items)));
      fill(last, recent(flows.items));
    } catch (error) {
      if (error.name !== 'AbortError') fill(need, errorNote(error, load));
    }
  };
  const soon = debounce(load, 800);
  for (const type of ['workflow', 'run', 'connection']) events.on(type, soon, c.signal);
  events.on(
    'job',
    (d) => {
      if (d.state === 'failed') soon();
    },
    c.signal,
  );
  for (const type of ['connections', 'models', 'jobs']) state.addEventListener(type, soon, { signal: c.signal });
  return load();
}
