/* diff-badges.js: what differs between two graphs, as three small words; each names its nodes. */
import { h } from '../dom.js';
import { t } from '../i18n/index.js';

/** @param {ReturnType<import('./diff.js').diffDsl>} diff @returns {HTMLElement[]} */
export function diffBadges(diff) {
  const titles = new Map((diff.merged?.workflow?.graph?.nodes ?? []).map((n) => [String(n?.id), n?.data?.title]));
  const part = (key, cls, ids) =>
    ids.length > 0 &&
    h('span.badge', { class: cls, title: ids.map((id) => titles.get(id) ?? id).join(', ') }, t(key, { n: ids.length }));
  const parts = [
    part('version.added', 'ok', [...diff.added]),
    part('version.removed', 'error', [...diff.removed]),
    part('version.changed', 'warn', [...diff.changed.keys()]),
  ].filter(Boolean);
  return /** @type {HTMLElement[]} */ (parts.length ? parts : [h('span.meta', t('version.same'))]);
}
