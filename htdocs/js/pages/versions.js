/* versions.js: what was kept of a workflow over time. */
import { h, fill } from '../dom.js';
import { t, tOr } from '../i18n/index.js';
import { workflows } from '../api.js';
import { icon } from '../ui/icons.js';
import { time, idChip, empty } from '../ui/bits.js';

/** @param {any} o tab context */
export async function versionsTab(o) {
  const page = await workflows.versions(o.workflow.id, o.signal);
  const items = page.items ?? page;
  if (!items.length) { fill(o.box, h('div.card', empty(t('versions.empty.title'), t('versions.empty.text')))); return; }
  fill(o.box, h('section.card', h('ol.lines', items.map((v, i) => h('li', h('span.num.version-no', `v${v.number ?? v.seq ?? items.length - i}`),
    h('div.grow', h('div', tOr(`version.${v.reason ?? v.why}`, v.reason ?? v.why ?? t('version.saved')), i === 0 && h('span.badge.ok', t('version.current'))),
      h('div.meta', [v.created_by ?? v.who ?? v.username, v.dsl_version && `DSL ${v.dsl_version}`].filter(Boolean).join(' · '))),
    idChip(v.hash ?? v.sha ?? v.id), h('span.meta.nowrap', icon('clock', 14)), time(v.created_at))))));
}
