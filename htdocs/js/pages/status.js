/* status.js: health of everything at a glance. */
import { h, fill } from '../dom.js';
import { t } from '../i18n/index.js';
import { status } from '../api.js';
import { href } from '../router.js';
import { bytes, count, duration } from '../format.js';
import { icon } from '../ui/icons.js';
import { statusBadge, sandboxBadge, connectionTrouble } from '../ui/badge.js';
import { time, skeleton } from '../ui/bits.js';
import { errorNote } from '../ui/toast.js';

const tile = (label, value, note, tone = '') =>
  h('div.card.tile-num', { class: tone }, h('div.meta', label), h('div.big.num', value), h('div.meta', note ?? ' '));

/** Shown when generations go over Redis. @param {any} q */
const queueLine = (q) =>
  q?.kind === 'redis' &&
  h(
    'div.row',
    h('span.dot', { class: q.up ? 'ok' : 'error' }),
    h('span', { title: `${q.host}:${q.port}` }, q.up ? 'Redis' : t('status.queue_down')),
  );

/** @param {any} s */
function tiles(s) {
  const alive = s.worker?.alive;
  const low = s.disk && s.disk.free_bytes < 500e6;
  return h(
    'div.tiles',
    tile(
      t('status.worker'),
      h('span.row', h('span.dot', { class: alive ? 'ok' : 'error' }), t(alive ? 'status.alive' : 'status.silent')),
      [t('status.beat'), ' ', time(s.worker?.last_beat_at), queueLine(s.queue)],
      alive ? '' : 'error',
    ),
    tile(t('status.running'), count(s.jobs?.running), t('status.waiting', { n: s.jobs?.queued ?? 0 })),
    tile(
      t('status.failed24'),
      count(s.jobs?.failed_24h),
      s.jobs?.failed_24h
        ? h('a', { href: href('/activity', { state: 'failed' }) }, t('status.look'))
        : t('status.none_failed'),
      s.jobs?.failed_24h ? 'warn' : '',
    ),
    tile(t('status.disk'), bytes(s.disk?.free_bytes), low ? t('status.disk_low') : t('status.free'), low ? 'warn' : ''),
    tile(t('status.database'), bytes(s.database?.bytes), t('status.wal', { size: bytes(s.database?.wal_bytes) })),
    tile(t('status.uptime'), duration((s.uptime_s ?? 0) * 1000), `v${s.version ?? '–'}`),
  );
}

function connectionLines(list) {
  return h(
    'section.card',
    h('header', h('h2', t('nav.connections'))),
    list.length
      ? h(
          'div.lines',
          list.map((c) =>
            h(
              'a',
              { href: href('/connections', { id: c.id }) },
              icon('plug', 18),
              h(
                'div.grow',
                h('div.row', h('span.clip', c.name), c.is_sandbox && sandboxBadge()),
                h('div.meta.clip', [c.version && `Dify ${c.version}`, c.error && connectionTrouble(c)].filter(Boolean).join(' · ')),
              ),
              h('span.meta.nowrap.only-wide', c.seen_at ? [t('seen'), ' ', time(c.seen_at)] : t('seen.never')),
              statusBadge(c.state),
            ),
          ),
        )
      : h('div.body.soft', t('connections.empty.title')),
  );
}

function modelLines(list) {
  const state = (m) => (m.ok === true ? 'up' : m.ok === false ? 'refused' : 'unknown');
  return h(
    'section.card',
    h('header', h('h2', t('nav.models'))),
    list.length
      ? h(
          'div.lines',
          list.map((m) =>
            h(
              'a',
              { href: href('/models') },
              icon('cube', 18),
              h('span.grow.clip', m.name),
              h('span.meta.nowrap.only-wide', t('status.used'), ' ', time(m.last_used_at)),
              statusBadge(state(m)),
            ),
          ),
        )
      : h('div.body.soft', t('models.empty.title')),
  );
}

/** @param {import('../router.js').Context} c */
export function mount(c) {
  const box = h('div.stack.loose', skeleton(4));
  const load = async () => {
    try {
      const s = await status.get(c.signal);
      fill(box, tiles(s), h('div.grid2', connectionLines(s.connections ?? []), modelLines(s.models ?? [])));
    } catch (error) {
      if (error.name !== 'AbortError') fill(box, errorNote(error, load));
    }
  };
  const timer = setInterval(() => {
    if (!document.hidden) load();
  }, 10000);
  c.signal.addEventListener('abort', () => clearInterval(timer));
  fill(
    c.root,
    h(
      'div.page',
      h(
        'div.page-head',
        h('h1', t('nav.status')),
        h('a.btn', { href: '/metrics', target: '_blank' }, icon('gauge', 16), t('status.metrics')),
        h('a.btn', { href: '/docs', target: '_blank' }, icon('code', 16), t('status.docs')),
      ),
      box,
    ),
  );
  return load();
}
