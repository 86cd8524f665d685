/* versions.js: what was kept of a workflow over time; any two of them compared. */
import { h, fill } from '../dom.js';
import { t } from '../i18n/index.js';
import { workflows } from '../api.js';
import { bytes } from '../format.js';
import { icon } from '../ui/icons.js';
import { time, empty } from '../ui/bits.js';
import { confirm } from '../ui/dialog.js';
import { toast } from '../ui/toast.js';
import { jobEnd } from '../watch.js';
import { settleDeploy } from './mapping.js';
import { compareVersions } from './version-compare.js';

/** What a version was made for. @param {any} v */
function origin(v) {
  return v.origin === 'rollback' && v.from ? t('version.rollback_of', { n: v.from }) : t(`version.${v.origin}`);
}

/** Makes an old version the current one, in Dify too. @param {any} o tab context @param {any} v */
export async function rollBack(o, v) {
  const { workflow } = o;
  const words = {
    title: t('rollback.ask', { n: v.number }),
    text: t(workflow.app_id ? 'rollback.dify' : 'rollback.here'),
    confirm: t('rollback'),
  };
  if (!(await confirm(words))) return;
  const answer = await workflows.rollback(workflow.id, { version: v.number, base_version: o.newest });
  if (answer.job) await settleDeploy(await jobEnd(answer.job.id, o.signal), workflow.name, o.signal);
  else toast(t(answer.version_added ? 'rollback.done' : 'rollback.same', { n: v.number }), { tone: 'ok' });
  o.page.setQuery({ v: '' });
  await o.reload();
}

/** The list, and the two that are picked in it. */
class VersionList {
  /** @param {any} o tab context @param {any[]} items newest first */
  constructor(o, items) {
    this.o = o;
    this.items = items;
    this.picked = [];
  }

  find(number) {
    return this.items.find((v) => v.number === number);
  }

  /** @param {any} x @param {any} y */
  compare(x, y) {
    const [a, b] = x.number < y.number ? [x, y] : [y, x];
    this.o.page.setQuery({ v: `${a.number}-${b.number}` });
    compareVersions(this.o, a, b, {
      back: () => {
        this.o.page.setQuery({ v: '' });
        this.show();
      },
      rollBack: (v) => rollBack(this.o, v),
      newest: this.o.newest,
    });
  }

  /** A third one takes the place of the first. @param {any} v @param {boolean} on */
  pick(v, on) {
    this.picked = this.picked.filter((p) => p !== v);
    if (on) this.picked = [...this.picked.slice(-1), v];
    for (const [version, box] of this.boxes) box.checked = this.picked.includes(version);
    this.button.disabled = this.picked.length < 2;
  }

  row(v, i) {
    const box = h('input', {
      type: 'checkbox',
      'aria-label': t('version.pick', { n: v.number }),
      onchange: (e) => this.pick(v, e.target.checked),
    });
    this.boxes.set(v, box);
    const newest = this.items[0];
    const { workflow } = this.o;
    const inDify = workflow.app_id && workflow.dify_version === v.number;
    return h(
      'li',
      this.items.length > 2 && box,
      h('span.num.version-no', `v${v.number}`),
      h(
        'div.grow',
        h('div.row.wrap', origin(v), i === 0 && h('span.badge.ok', t('version.current')), inDify && h('span.badge', t('version.in_dify'))),
        v.note && h('div', v.note),
        h('div.meta.num', [v.created_by, bytes(v.bytes)].filter(Boolean).join(' · ')),
      ),
      h('span.meta.nowrap', time(v.created_at)),
      i > 0 &&
        h('button.btn.small', { onclick: () => this.compare(v, newest) }, icon('compare', 15), t('version.compare')),
    );
  }

  show() {
    this.picked = [];
    this.boxes = new Map();
    this.button = h(
      'button.btn.small',
      { disabled: true, onclick: () => this.compare(this.picked[0], this.picked[1]) },
      icon('compare', 15),
      t('version.compare_two'),
    );
    this.o.box.classList.remove('tall');
    fill(
      this.o.box,
      h(
        'section.card',
        this.items.length > 2 && h('div.row.wrap.version-tools', h('span.meta.grow', t('version.pick_two')), this.button),
        h(
          'ol.lines.loose',
          this.items.map((v, i) => this.row(v, i)),
        ),
      ),
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
  const list = new VersionList(o, items);
  const [a, b] = (o.pair ?? '').split('-').map((n) => list.find(Number(n)));
  list.show();
  if (a && b && a !== b) list.compare(a, b);
}
