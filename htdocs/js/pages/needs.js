/* needs.js: what wants a person, worst first; what has been seen can be put away. */
import { h, fill } from '../dom.js';
import { t } from '../i18n/index.js';
import { state, prefs } from '../state.js';
import { href } from '../router.js';
import { icon } from '../ui/icons.js';
import { time } from '../ui/bits.js';
import { connectionTrouble } from '../ui/badge.js';
import { jobTitle, jobLink, jobError } from './job-words.js';

const DAY = 864e5;
const SHOWN = 8;
const REMEMBERED = 200;

/** @typedef {{tone: 'error'|'warn', text: string, to: string, note?: string, at?: number, act?: string, key?: string}} Need */

/** What is missing or broken in the installation. @param {any} status @returns {Need[]} */
function installation(status) {
  const list = [];
  const add = (tone, text, to, more = {}) => list.push({ tone, text, to, ...more });
  if (status?.worker && !status.worker.alive) add('error', t('home.worker_down'), href('/status'));
  if (status?.queue && !status.queue.up) add('error', t('home.queue_down'), href('/status'));
  if (!state.models.length) add('warn', t('home.no_model'), href('/models'), { act: t('models.add') });
  if (!state.connections.length)
    add('warn', t('home.no_connection'), href('/connections'), { act: t('connections.add') });
  for (const c of state.connections) {
    const to = href('/connections', { id: c.id });
    if (c.state === 'refused') add('error', t('home.refused', { name: c.name }), to, { note: connectionTrouble(c) });
    if (c.state === 'unknown' && c.checked_at)
      add('warn', t('home.unreachable', { name: c.name }), to, { note: connectionTrouble(c) });
  }
  return list;
}

/** Workflows whose last run failed or waits. @returns {Need[]} */
function workflows(flows) {
  const words = { failed: ['error', 'home.flow_failed'], paused: ['warn', 'home.flow_paused'] };
  return flows
    .filter((w) => words[w.last_status])
    .map((w) => ({
      tone: words[w.last_status][0],
      text: t(words[w.last_status][1], { name: w.name }),
      at: w.last_status_at ?? w.updated_at,
      to: href(`/workflows/${w.id}`, { tab: 'runs' }),
      key: `w${w.id}${w.last_status_at ?? ''}`,
    }));
}

/** Jobs that failed within a day, unless their workflow says so already. @returns {Need[]} */
function failures(jobs, flows) {
  const told = new Set(flows.filter((w) => w.last_status === 'failed').map((w) => w.id));
  return jobs
    .filter((j) => (j.finished_at ?? j.created_at) > Date.now() - DAY && !told.has(j.workflow_id))
    .map((j) => ({
      tone: 'error',
      text: `${jobTitle(j)} – ${t('status.failed')}`,
      note: jobError(j.error),
      at: j.finished_at,
      to: jobLink(j) ?? href('/activity', { state: 'failed' }),
      key: `j${j.id}`,
    }));
}

/** @param {any} status @param {any[]} jobs that failed @param {any[]} flows @returns {Need[]} */
export function needs(status, jobs, flows) {
  const seen = new Set(prefs.json('seen', []));
  const all = [...installation(status), ...workflows(flows), ...failures(jobs, flows)];
  return all.filter((n) => !n.key || !seen.has(n.key)).slice(0, SHOWN);
}

function putAway(key) {
  prefs.set('seen', JSON.stringify([key, ...prefs.json('seen', [])].slice(0, REMEMBERED)));
}

function line(need, away) {
  return h(
    'li',
    h('span.need', { class: need.tone }, icon(need.tone === 'error' ? 'fail' : 'alert', 18)),
    h(
      'a.grow.plain',
      { href: need.to },
      h('div.clip', need.text),
      need.note && h('div.meta.clip', { title: need.note }, need.note),
    ),
    need.act ? h('a.btn.small', { href: need.to }, need.act) : need.at && h('span.meta', time(need.at)),
    need.key &&
      h(
        'button.btn.quiet.icon.small',
        { 'aria-label': t('home.away', { what: need.text }), title: t('home.put_away'), onclick: away },
        icon('close', 15),
      ),
  );
}

/** @param {Need[]} list */
export function needCard(list) {
  const el = h('section.card');
  const draw = () => {
    const head = h('header', h('h2', t('home.needs')), list.length > 0 && h('span.meta.num', String(list.length)));
    const calm = h('div.body.row.calm', icon('okay', 22), h('span', t('home.calm')));
    const away = (need) => () => {
      putAway(need.key);
      list = list.filter((n) => n !== need);
      draw();
    };
    fill(
      el,
      head,
      list.length
        ? h(
            'ul.lines',
            list.map((n) => line(n, away(n))),
          )
        : calm,
    );
  };
  draw();
  return el;
}
