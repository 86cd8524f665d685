/* badge.js: one word and one icon for every state that a thing can be in. */
import { h } from '../dom.js';
import { t, tOr } from '../i18n/index.js';
import { icon } from './icons.js';

/** status -> [tone, icon] */
const looks = {
  draft: ['', 'pencil'],
  deploying: ['live', 'spin'],
  deployed: ['ok', 'okay'],
  queued: ['', 'clock'],
  running: ['live', 'spin'],
  succeeded: ['ok', 'okay'],
  failed: ['error', 'fail'],
  stopped: ['', 'stop'],
  cancelled: ['', 'stop'],
  'partial-succeeded': ['warn', 'alert'],
  paused: ['warn', 'pause'],
  unknown: ['', 'help'],
  receiving: ['live', 'upload'],
  forwarding: ['live', 'spin'],
  indexing: ['live', 'spin'],
  completed: ['ok', 'okay'],
  exception: ['warn', 'alert'],
  skipped: ['', 'minus'],
  up: ['ok', 'okay'],
  slow: ['warn', 'alert'],
  refused: ['error', 'fail'],
};

/** @param {string} status */
export function tone(status) {
  return (looks[status] || looks.unknown)[0];
}

/** @param {string} status @param {string} [title] */
export function statusBadge(status, title) {
  const [cls, name] = looks[status] || looks.unknown;
  return h(
    'span.badge',
    { class: name === 'spin' ? `${cls} spins` : cls, title },
    icon(name, 14),
    tOr(`status.${status}`, status),
  );
}

/** Dot with a hidden word. @param {string} status */
export function statusDot(status) {
  return h(
    'span.dot',
    { class: tone(status), title: tOr(`status.${status}`, status) },
    h('span.sr', tOr(`status.${status}`, status)),
  );
}

/** How a connection is: a dot, and a word with it where something is wrong. @param {{state: string}} c */
export function connectionState(c) {
  if (c.state === 'up') return statusDot(c.state);
  return h('span.row.state-word', h('span.dot', { class: tone(c.state) }), h('span.meta', tOr(`status.${c.state}`, c.state)));
}

/** What is wrong with a connection, in our words. @param {import('../types.js').Connection} c */
export function connectionTrouble(c) {
  const { error, error_code: code } = /** @type {any} */ (c);
  const state = tOr(`connection.trouble.${c.state}`, error ?? '');
  return ['dify_away', 'dify_auth'].includes(code) ? state : tOr(`trouble.${code}`, state);
}

/** Which connection is meant: its name, its colour before it. @param {import('../types.js').Connection} c */
export function connectionName(c) {
  return h('span.named', colourMark(c.colour), h('span.clip', c.name));
}

/** The colour that a person gave to a connection. @param {string|null|undefined} colour */
export function colourMark(colour) {
  return colour ? h('span.mark', { class: `c-${colour}`, 'aria-hidden': 'true' }) : null;
}

/** The mark that nobody can overlook. */
export function sandboxBadge() {
  return h('span.badge.sandbox', { title: t('sandbox.hint') }, 'SANDBOX');
}

/** Badge of a findings tier. @param {string} tier */
export function tierBadge(tier) {
  const cls = { E: 'error', R: 'error', L: 'warn', W: '' }[tier] || '';
  return h('span.badge', { class: cls, title: t(`tier.${tier}.hint`) }, t(`tier.${tier}`));
}
