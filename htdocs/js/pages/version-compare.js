/* version-compare.js: two versions of a workflow, one over the other: on the graph, and in words. */
import { h, fill } from '../dom.js';
import { t } from '../i18n/index.js';
import { workflows } from '../api.js';
import { icon } from '../ui/icons.js';
import { download, fileName, skeleton } from '../ui/bits.js';
import { errorNote, action } from '../ui/toast.js';
import { state } from '../state.js';
import { GraphView } from '../graph/view.js';
import { diffDsl } from '../graph/diff.js';
import { diffBadges } from '../graph/diff-badges.js';

const MOST_CHARS = 120;

/** A value in a line: short, and texts as they stand. @param {any} v */
function shortly(v) {
  if (v === undefined) return t('diff.none');
  const text = typeof v === 'string' ? v : JSON.stringify(v);
  return text.length > MOST_CHARS ? `${text.slice(0, MOST_CHARS)}…` : text;
}

/** @param {string} where @param {any} f a field of the diff */
function fieldLine(where, f) {
  return h(
    'li',
    h('code.diff-path', `${where}${f.path}`),
    h('span.diff-before', shortly(f.before)),
    h('span.meta', { 'aria-label': t('diff.becomes') }, '→'),
    h('span.diff-after', shortly(f.after)),
  );
}

/** Names that came, went and changed. @param {string} key @param {any} part */
function namesLine(key, part) {
  const words = [
    ...part.added.map((n) => `+ ${n}`),
    ...part.removed.map((n) => `− ${n}`),
    ...part.changed.map((n) => `~ ${n}`),
  ];
  return words.length ? h('li', h('strong', t(key)), h('span', words.join(', '))) : null;
}

/** What differs, in lines. @param {any} diff the server's answer */
export function diffLines(diff) {
  const node = (n) => n.title || n.id;
  const edges = diff.edges.added.length + diff.edges.removed.length;
  return [
    ...diff.fields.map((f) => fieldLine('', f)),
    ...diff.nodes.added.map((n) => h('li', h('span.badge.ok', t('diff.added')), node(n))),
    ...diff.nodes.removed.map((n) => h('li', h('span.badge.error', t('diff.removed')), node(n))),
    ...diff.nodes.changed.flatMap((n) => n.fields.map((f) => fieldLine(node(n), f))),
    edges > 0 &&
      h(
        'li',
        h('strong', t('diff.edges')),
        h('span', `+ ${diff.edges.added.length}, − ${diff.edges.removed.length}`),
      ),
    namesLine('diff.inputs', diff.inputs),
    namesLine('diff.outputs', diff.outputs),
    diff.cosmetic && h('li.meta', t('diff.cosmetic')),
  ].filter(Boolean);
}

/**
 * @param {any} o tab context
 * @param {any} a the older version @param {any} b the newer one
 * @param {{ back: () => void, rollBack: (v: any) => Promise<void>, newest: number }} ways
 */
export async function compareVersions(o, a, b, ways) {
  o.box.classList.add('tall');
  const head = h(
    'div.row.wrap.version-head',
    h('button.btn.quiet.small', { onclick: ways.back }, icon('left', 15), t('version.list')),
    h('strong', t('version.from_to', { a: a.number, b: b.number })),
  );
  const body = h('div.version-body', skeleton(4));
  fill(o.box, h('div.run-open', head, body));
  try {
    const [old, now, words] = await Promise.all([
      workflows.dsl(o.workflow.id, o.signal, a.number),
      workflows.dsl(o.workflow.id, o.signal, b.number),
      workflows.diff(o.workflow.id, a.number, b.number, o.signal),
    ]);
    const diff = diffDsl(old, now);
    const view = new GraphView({ signal: o.signal });
    const list = diffLines(words);
    const save = () =>
      download(`${fileName(o.workflow.name)}-v${a.number}.json`, JSON.stringify(old, null, 2), 'application/json');
    fill(body, view.el);
    view.show(diff.merged);
    view.setDiff(diff);
    head.append(...diffBadges(diff));
    if (list.length)
      body.before(
        h('details.diff-words', h('summary', t('diff.words', { n: list.length })), h('ol.diff-lines', list)),
      );
    head.append(
      h('span.grow'),
      h('button.btn.small', { onclick: save }, icon('download', 15), t('download.version', { n: a.number })),
    );
    if (state.may('editor') && a.number !== ways.newest)
      head.append(
        h(
          'button.btn.primary.small',
          { onclick: action(() => ways.rollBack(a)) },
          icon('history', 15),
          t('rollback.to', { n: a.number }),
        ),
      );
  } catch (error) {
    if (error.name !== 'AbortError')
      fill(
        body,
        errorNote(error, () => compareVersions(o, a, b, ways)),
      );
  }
}
