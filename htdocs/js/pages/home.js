/* home.js: is everything all right, what needs me, how do I start something new. */
import { h, fill } from '../dom.js';
import { t } from '../i18n/index.js';
import { status, workflows, jobs } from '../api.js';
import { state } from '../state.js';
import { events } from '../events.js';
import { href, go } from '../router.js';
import { debounce } from '../dom.js';
import { icon } from '../ui/icons.js';
import { statusBadge, statusDot } from '../ui/badge.js';
import { time, skeleton } from '../ui/bits.js';
import { errorNote } from '../ui/toast.js';
import { examples } from './examples.js';
import { jobTitle, learnNames } from './job-words.js';

/** Things that want a person, worst first. */
function needs(s, failedJobs, flows) {
  const list = [];
  if (s?.worker && !s.worker.alive) list.push({ tone: 'error', text: t('home.worker_down'), to: href('/status') });
  if (!state.models.length)
    list.push({ tone: 'warn', text: t('home.no_model'), to: href('/models'), act: t('models.add') });
  if (!state.connections.length)
    list.push({ tone: 'warn', text: t('home.no_connection'), to: href('/connections'), act: t('connections.add') });
  for (const c of state.connections) {
    if (c.state === 'refused')
      list.push({
        tone: 'error',
        text: t('home.refused', { name: c.name }),
        note: c.error,
        to: href('/connections', { id: c.id }),
      });
    else if (c.state === 'unknown' && c.checked_at)
      list.push({
        tone: 'warn',
        text: t('home.unreachable', { name: c.name }),
        note: c.error,
        to: href('/connections', { id: c.id }),
      });
  }
  for (const w of flows) {
    if (w.last_status === 'failed')
      list.push({
        tone: 'error',
        text: t('home.flow_failed', { name: w.name }),
        at: w.updated_at,
        to: href(`/workflows/${w.id}`, { tab: 'runs' }),
      });
    if (w.last_status === 'paused')
      list.push({
        tone: 'warn',
        text: t('home.flow_paused', { name: w.name }),
        at: w.updated_at,
        to: href(`/workflows/${w.id}`, { tab: 'runs' }),
      });
  }
  const dayAgo = Date.now() - 864e5;
  for (const j of failedJobs) {
    if (
      (j.finished_at ?? j.created_at) < dayAgo ||
      (j.workflow_id && flows.some((w) => w.id === j.workflow_id && w.last_status === 'failed'))
    )
      continue;
    list.push({
      tone: 'error',
      text: `${jobTitle(j)} – ${t('status.failed')}`,
      note: j.error?.message,
      at: j.finished_at,
      to: href('/activity', { id: j.id }),
    });
  }
  return list.slice(0, 8);
}

function needCard(list) {
  if (!list.length) {
    return h(
      'section.card',
      h('header', h('h2', t('home.needs'))),
      h('div.body.row.calm', icon('okay', 22), h('span', t('home.calm'))),
    );
  }
  const mark = { error: 'fail', warn: 'alert' };
  return h(
    'section.card',
    h('header', h('h2', t('home.needs')), h('span.meta.num', String(list.length))),
    h(
      'div.lines',
      list.map((n) =>
        h(
          'a',
          { href: n.to },
          h('span.need', { class: n.tone }, icon(mark[n.tone], 18)),
          h('div.grow', h('div.clip', n.text), n.note && h('div.meta.clip', n.note)),
          n.act ? h('span.btn.small', n.act) : n.at && h('span.meta', time(n.at)),
        ),
      ),
    ),
  );
}

function health(s) {
  const bad = (s?.worker && !s.worker.alive) || state.connection()?.state === 'refused';
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
      .map((c) => h('a.chip', { href: href('/connections', { id: c.id }) }, statusDot(c.state), c.name)),
    running > 0 && h('a.chip', { href: href('/activity') }, h('span.dot.live'), t('jobs.running', { n: running })),
    s?.version && h('span.meta.version', `v${s.version}`),
  );
}

function recent(flows) {
  if (!flows.length) return null;
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
  const start = () => {
    if (box.value.trim()) sessionStorage.setItem('studio.draft', box.value);
    go('/new');
  };
  box.addEventListener('keydown', (e) => {
    if (e.key === 'Enter' && (e.ctrlKey || e.metaKey)) {
      e.preventDefault();
      start();
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
        h('button.btn.primary', { onclick: start }, icon('spark', 16), t('new.start')),
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

/** @param {import('../router.js').Context} c */
export function mount(c) {
  const top = h('div');
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
      fill(top, health(s));
      fill(need, needCard(needs(s, failed.items, flows.items)));
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
