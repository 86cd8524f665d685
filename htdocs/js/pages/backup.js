/* backup.js: the workflows as a zip of YAML files, and a zip brought back - first what it would change, then the word. */
import { h, fill } from '../dom.js';
import { t, tOr } from '../i18n/index.js';
import { workflows } from '../api.js';
import { state } from '../state.js';
import { bytes } from '../format.js';
import { href } from '../router.js';
import { icon } from '../ui/icons.js';
import { dropZone } from '../ui/drop.js';
import { download, skeleton } from '../ui/bits.js';
import { select } from '../ui/field.js';
import { errorNote, action } from '../ui/toast.js';

const MOST_ROWS = 200;
const LOOKS = {
  new: ['ok', 'plus'],
  changed: ['warn', 'pencil'],
  clash: ['warn', 'alert'],
  failed: ['error', 'fail'],
  equal: ['', 'okay'],
};
const ORDER = Object.keys(LOOKS);

/** Saves a zip of all workflows, or of some. @param {string[]} [ids] */
export async function exportZip(ids) {
  const res = await workflows.exportZip(ids?.join(','));
  const name = /filename="([^"]+)"/.exec(res.headers.get('Content-Disposition') ?? '')?.[1];
  download(name ?? 'workflows.zip', await res.blob(), 'application/zip');
}

/** @param {any} item a file of the archive */
function line(item) {
  const [tone, glyph] = LOOKS[item.state];
  const name = item.name ?? item.file;
  const why =
    item.state === 'failed'
      ? tOr(`backup.${item.code}`, item.message)
      : (item.what ?? []).map((x) => t(`backup.what.${x}`)).join(', ');
  return h(
    'li',
    h('span.badge', { class: tone }, icon(glyph, 14), t(`backup.${item.state}`)),
    h(
      'div.grow',
      item.workflow_id ? h('a.clip', { href: href(`/workflows/${item.workflow_id}`) }, name) : h('div.clip', name),
      h('div.meta.wrap-any', [item.name && item.file, why].filter(Boolean).join(' · ')),
    ),
    item.done && h('span.meta.nowrap', t('backup.done')),
  );
}

/** How many of each, in a line. @param {any} counts */
const summary = (counts) =>
  ORDER.filter((x) => counts[x] > 0)
    .map((x) => t(`backup.n.${x}`, { n: counts[x] }))
    .join(' · ');

class Restore {
  /** @param {AbortSignal} signal */
  constructor(signal) {
    this.signal = signal;
    this.body = h('div.stack');
    this.el = h(
      'div.stack',
      dropZone({
        label: t('backup.drop'),
        hint: t('backup.drop.hint'),
        accept: '.zip,application/zip',
        compact: true,
        icon: 'upload',
        onfiles: ([f]) => this.look(f),
      }),
      this.body,
    );
  }

  /** Says what would change; nothing is written. @param {File} file */
  async look(file) {
    fill(this.body, skeleton(3));
    try {
      this.draw(file, await workflows.restore(file, {}, this.signal));
    } catch (error) {
      if (error.name !== 'AbortError') fill(this.body, errorNote(error));
    }
  }

  /** @param {File} file @param {any} report */
  draw(file, report) {
    const { counts, applied } = report;
    const items = [...report.items].sort((a, b) => ORDER.indexOf(a.state) - ORDER.indexOf(b.state));
    const clash = select({
      label: t('backup.clash.what'),
      options: ['skip', 'add', 'replace'].map((x) => ({ value: x, label: t(`backup.clash.${x}`) })),
      onchange: () => show(),
    });
    const go = h(
      'button.btn.primary',
      { onclick: action(async () => this.draw(file, await workflows.restore(file, { apply: true, clash: clash.value() }))) },
      icon('history', 16),
    );
    const label = h('span');
    go.append(label);
    const show = () => {
      const n = counts.new + counts.changed + (clash.value() === 'skip' ? 0 : counts.clash);
      label.textContent = t('backup.go', { n });
      go.toggleAttribute('disabled', n === 0);
    };
    show();
    const tone = applied ? 'ok' : counts.failed ? 'warn' : '';
    const head = applied ? t('backup.over', { n: items.filter((x) => x.done).length }) : t('backup.would');
    fill(
      this.body,
      h(
        'div.note',
        { class: tone },
        icon(applied ? 'okay' : 'info'),
        h('div.grow', h('strong', head), h('div', summary(counts) || t('backup.nothing')), h('div.meta', file.name, ' · ', bytes(file.size))),
      ),
      !applied && counts.clash > 0 && clash.el,
      items.length > 0 && h('ol.lines.boxed', items.slice(0, MOST_ROWS).map(line)),
      items.length > MOST_ROWS && h('p.meta', t('backup.more', { n: items.length - MOST_ROWS })),
      !applied && h('div.row', go, h('button.btn', { onclick: () => fill(this.body) }, t('cancel'))),
    );
  }
}

/** @param {AbortSignal} signal */
export function backupCard(signal) {
  return h(
    'section.card',
    h('header', h('h2', t('backup.title')), h('span.meta', t('backup.lead'))),
    h(
      'div.body.stack',
      h('div.row.wrap', h('button.btn', { onclick: action(() => exportZip()) }, icon('download', 16), t('backup.export'))),
      h('p.meta', t('backup.secrets')),
      state.may('editor') && new Restore(signal).el,
    ),
  );
}
