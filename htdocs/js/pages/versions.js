/* versions.js: what was kept of a workflow over time, and one of them beside the current one. */
import { h, fill } from '../dom.js';
import { t, tOr } from '../i18n/index.js';
import { workflows } from '../api.js';
import { bytes } from '../format.js';
import { icon } from '../ui/icons.js';
import { time, empty, download, fileName, skeleton } from '../ui/bits.js';
import { confirm } from '../ui/dialog.js';
import { toast, errorNote, action } from '../ui/toast.js';
import { jobEnd } from '../watch.js';
import { state } from '../state.js';
import { tellDeployed } from './save.js';
import { GraphView } from '../graph/view.js';
import { diffDsl } from '../graph/diff.js';
import { diffBadges } from '../graph/diff-badges.js';

/** What a version was made for. @param {any} v */
function reason(v) {
  const back = /^rollback to (\d+)$/.exec(v.reason ?? '');
  if (back) return t('version.rollback', { n: back[1] });
  return tOr(`version.${v.reason}`, v.reason ?? t('version.saved'));
}

/** Makes an old version the current one, in Dify too. @param {any} o tab context @param {any} v */
async function rollBack(o, v) {
  const { workflow } = o;
  const words = {
    title: t('rollback.ask', { n: v.number }),
    text: t(workflow.app_id ? 'rollback.dify' : 'rollback.here'),
    confirm: t('rollback'),
  };
  if (!(await confirm(words))) return;
  const { job } = await workflows.rollback(workflow.id, { version: v.number, base_version: o.newest });
  if (job) tellDeployed(await jobEnd(job.id, o.signal), workflow.name);
  else toast(t('rollback.done', { n: v.number }), { tone: 'ok' });
  await o.reload();
}

/** @param {any} o tab context @param {any} v @param {() => void} back */
async function compare(o, v, back) {
  o.box.classList.add('tall');
  const head = h(
    'div.row.wrap',
    h('button.btn.quiet.small', { onclick: back }, icon('left', 15), t('version.list')),
    h('strong', t('version.shown', { n: v.number })),
    h('span.meta', time(v.created_at)),
  );
  const body = h('div.version-body', skeleton(4));
  fill(o.box, h('div.run-open', head, body));
  try {
    const old = await workflows.dsl(o.workflow.id, o.signal, v.number);
    const diff = diffDsl(old, o.dsl);
    const view = new GraphView({ signal: o.signal });
    fill(body, view.el);
    view.show(diff.merged);
    view.setDiff(diff);
    head.append(
      ...diffBadges(diff),
      h('span.grow'),
      h(
        'button.btn.small',
        {
          onclick: () =>
            download(
              `${fileName(o.workflow.name)}-v${v.number}.json`,
              JSON.stringify(old, null, 2),
              'application/json',
            ),
        },
        icon('download', 15),
        t('download.json'),
      ),
      state.may('editor') &&
        h('button.btn.primary.small', { onclick: action(() => rollBack(o, v)) }, icon('history', 15), t('rollback')),
    );
  } catch (error) {
    if (error.name !== 'AbortError')
      fill(
        body,
        errorNote(error, () => compare(o, v, back)),
      );
  }
}

/** @param {any} o tab context */
export async function versionsTab(o) {
  const page = await workflows.versions(o.workflow.id, o.signal);
  const items = [...page.items].sort((a, b) => b.number - a.number);
  if (!items.length) {
    fill(o.box, h('div.card', empty(t('versions.empty.title'), t('versions.empty.text'))));
    return;
  }
  o.newest = items[0].number;
  const list = () => {
    o.box.classList.remove('tall');
    fill(
      o.box,
      h(
        'section.card',
        h(
          'ol.lines.loose',
          items.map((v, i) =>
            h(
              'li',
              h('span.num.version-no', `v${v.number}`),
              h(
                'div.grow',
                h(
                  'div.row',
                  reason(v),
                  i === 0 && h('span.badge.ok', t('version.current')),
                ),
                h('div.meta.num', [v.created_by, bytes(v.bytes)].filter(Boolean).join(' · ')),
              ),
              h('span.meta.nowrap', time(v.created_at)),
              i > 0 &&
                h(
                  'button.btn.small',
                  { onclick: () => compare(o, v, list) },
                  icon('compare', 15),
                  t('version.compare'),
                ),
            ),
          ),
        ),
      ),
    );
  };
  list();
}
