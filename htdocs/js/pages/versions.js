/* versions.js: what was kept of a workflow over time, and one of them beside the current one. */
import { h, fill } from '../dom.js';
import { t, tOr } from '../i18n/index.js';
import { workflows } from '../api.js';
import { bytes } from '../format.js';
import { icon } from '../ui/icons.js';
import { time, empty, download, fileName, skeleton } from '../ui/bits.js';
import { errorNote } from '../ui/toast.js';
import { GraphView } from '../graph/view.js';
import { diffDsl } from '../graph/diff.js';
import { diffBadges } from '../graph/diff-badges.js';

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
                  tOr(`version.${v.reason}`, v.reason ?? t('version.saved')),
                  i === 0 && h('span.badge.ok', t('version.current')),
                ),
                h('div.meta.num', bytes(v.bytes)),
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
