/* workflow.js: one workflow - graph, run form, runs, DSL, versions; the tab lives in the URL. */
import { h, fill } from '../dom.js';
import { t } from '../i18n/index.js';
import { jobs, workflows } from '../api.js';
import { state } from '../state.js';
import { events } from '../events.js';
import { isOver, jobEnd } from '../watch.js';
import { go, href } from '../router.js';
import { icon } from '../ui/icons.js';
import { menuButton } from '../ui/menu.js';
import { statusBadge, sandboxBadge } from '../ui/badge.js';
import { tabs, time, idChip, skeleton, download, fileName } from '../ui/bits.js';
import { titleField } from '../ui/title.js';
import { toast, toastError, action } from '../ui/toast.js';
import { GraphView } from '../graph/view.js';
import { removeWorkflows } from './workflows.js';
import { tagEditor } from './tags.js';
import { runTab } from './run-form.js';
import { runsTab } from './runs.js';
import { dslTab } from './dsl-tab.js';
import { versionsTab } from './versions.js';
import { Edit } from './edit.js';
import { progressText } from './job-words.js';
import { settleDeploy } from './mapping.js';
import { difyNote } from './dify-note.js';

class WorkflowPage {
  /** @param {import('../router.js').Context} c @param {any} workflow */
  constructor(c, workflow) {
    this.c = c;
    this.w = workflow;
    this.dsl = null;
    this.pair = c.query.get('v'); // the versions to compare
    this.head = h('div.flow-head');
    this.notes = h('div.flow-notes');
    this.body = h('div.flow-body', { role: 'tabpanel' });
    this.tab = null;
    this.deploying = null; // the job, while it goes on
    this.page = h('div.page.fill.flow-page', this.head, this.notes, this.tabBar(), this.body);
    fill(c.root, this.page);
    this.drawHead();
  }

  get id() {
    return this.w.id;
  }

  tabBar() {
    const items = [
      ['graph', 'flow'],
      ['run', 'play'],
      ['runs', 'history'],
      ['dsl', 'code'],
      ['versions', 'compare'],
    ].map(([key, glyph]) => ({ key, icon: glyph, label: t(`tab.${key}`) }));
    const wanted = this.c.query.get('tab');
    this.first = items.some((i) => i.key === wanted) ? wanted : 'graph';
    this.bar = tabs(items, this.first, (key) => {
      this.c.setQuery({ tab: key === 'graph' ? '' : key, run: '', v: '' });
      this.open(key);
    });
    return this.bar;
  }

  connection() {
    return state.connections.find((x) => x.id === this.w.connection_id) ?? null;
  }

  drawHead() {
    const { w } = this;
    const title = titleField({
      value: w.name,
      readonly: !state.may('editor'),
      onchange: (text) => this.patch({ name: text }),
    });
    const c = this.connection();
    const dify =
      w.app_id && c && !c.is_sandbox && /^https?:/.test(c.base_url)
        ? `${c.base_url.replace(/\/+$/, '')}/app/${w.app_id}/workflow`
        : null;
    const can = state.may('editor');
    const deploy =
      can &&
      h(
        'button.btn',
        { class: w.app_id ? '' : 'primary', disabled: !!this.deploying, onclick: action(() => this.deploy()) },
        icon('deploy', 16),
        t(w.app_id ? 'redeploy' : 'deploy'),
      );
    const run =
      can && w.app_id && h('button.btn.primary', { onclick: () => this.bar.select('run') }, icon('play', 16), t('run'));
    const more = menuButton('button.btn.icon', { 'aria-label': t('more') }, icon('more'), () => [
      { label: t('download.yaml'), icon: 'download', run: () => this.save('yaml') },
      { label: t('download.json'), icon: 'download', run: () => this.save('json') },
      can &&
        state.connections.some((x) => x.id !== w.connection_id) && {
          label: t('promote'),
          icon: 'branch',
          href: href(`/workflows/${w.id}/promote`),
        },
      dify && { label: t('open.dify'), icon: 'out', run: () => window.open(dify, '_blank', 'noopener') },
      can && '-',
      can && {
        label: t('delete'),
        icon: 'trash',
        tone: 'danger',
        run: () => removeWorkflows([w]).then((done) => done && go('/workflows'), toastError),
      },
    ]);
    fill(
      this.head,
      h(
        'div.flow-title',
        h('a.btn.quiet.icon', { href: href('/workflows'), 'aria-label': t('nav.workflows') }, icon('left')),
        title.el,
        h('div.row.flow-acts', deploy, run, more),
      ),
      h(
        'div.flow-meta',
        statusBadge(this.deploying ? 'deploying' : w.last_status),
        (this.step = h('span.meta', progressText(this.deploying?.progress))),
        c?.is_sandbox && sandboxBadge(),
        w.mode === 'advanced-chat' && h('span.chip', icon('chat', 14), t('mode.chat')),
        tagEditor(w.tags ?? [], can, (tags) => this.patch({ tags })),
        h('span.grow'),
        c && h('span.meta.nowrap', icon('plug', 14), ' ', c.name),
        w.app_id && h('span.meta.only-wide', t('app_id'), ' ', idChip(w.app_id)),
        h('span.meta.nowrap', t('col.updated'), ' ', time(w.updated_at)),
      ),
    );
    this.c.title(w.name);
    this.drawNotes();
  }

  /** What Dify holds, where it is not the current version. */
  drawNotes() {
    const note = difyNote(this.w, {
      compare: (a, b) => {
        this.pair = `${a}-${b}`;
        this.bar.select('versions');
      },
      kept: (w) => {
        this.w = w;
        this.drawHead();
      },
      context: { workflow: this.w, signal: this.c.signal, page: this.c, reload: () => this.reload() },
    });
    fill(this.notes, note);
  }

  async reload() {
    this.dsl = null;
    await this.refresh();
    await this.open(this.key);
  }

  async patch(change) {
    try {
      this.w = { ...this.w, ...change, ...(await workflows.update(this.id, change)) };
      toast(t('saved'), { tone: 'ok' });
    } catch (error) {
      toastError(error);
    }
    this.drawHead();
  }

  async save(format) {
    try {
      download(
        `${fileName(this.w.name)}.${format === 'yaml' ? 'yml' : 'json'}`,
        await workflows.dslText(this.id, format, this.c.signal),
        format === 'yaml' ? 'application/yaml' : 'application/json',
      );
    } catch (error) {
      toastError(error);
    }
  }

  async deploy() {
    const target = this.w.connection_id ?? state.connection()?.id;
    const { job } = await workflows.deploy(this.id, target);
    await this.followDeploy(job);
  }

  /** The step of a deployment stands in the head until it has ended. @param {any} job */
  async followDeploy(job) {
    this.deploying = job;
    this.drawHead();
    try {
      const end = await jobEnd(job.id, this.c.signal, (j) => {
        this.deploying = j;
        this.step.textContent = progressText(j.progress);
      });
      if (end) await settleDeploy(end, this.w.name, this.c.signal);
    } finally {
      this.deploying = null;
      if (!this.c.signal.aborted) this.drawHead();
    }
    await this.refresh();
  }

  /** Goes on with a deployment that was under way before the page was opened. */
  async findDeploy() {
    const { items } = await jobs.list({ kind: 'deploy', workflow_id: this.id, limit: 1 }, this.c.signal);
    if (items.length && !isOver(items[0].state) && !this.deploying) await this.followDeploy(items[0]);
  }

  async refresh() {
    const before = this.w.version;
    this.w = await workflows.get(this.id, this.c.signal);
    if (this.w.version !== before) this.dsl = null; // read again when it is shown next
    if (!this.head.contains(document.activeElement) || document.activeElement.tagName !== 'INPUT') this.drawHead();
  }

  /** What changed elsewhere; the graph is drawn anew unless somebody is busy there. */
  async follow() {
    const before = this.w.version;
    await this.refresh();
    if (this.w.version !== before && this.key === 'graph' && !this.body.contains(document.activeElement))
      await this.open('graph');
  }

  /** Whether it is a chat that one can talk to. */
  talks() {
    return this.w.mode === 'advanced-chat' && !!this.w.app_id;
  }

  async loadDsl() {
    this.dsl ??= await workflows.dsl(this.id, this.c.signal);
    return this.dsl;
  }

  /** @param {string} key */
  async open(key) {
    this.key = key;
    this.tab?.abort();
    this.tab = new AbortController();
    const { signal } = this.tab;
    this.c.signal.addEventListener('abort', () => this.tab.abort());
    this.page.classList.toggle('fill', key === 'graph' || key === 'runs' || key === 'versions' || (key === 'run' && this.talks()));
    fill(this.body, skeleton(4));
    const box = h('div.tab-box');
    const show = { graph: graphTab, run: runTab, runs: runsTab, dsl: dslTab, versions: versionsTab }[key];
    try {
      const dsl = await this.loadDsl();
      if (signal.aborted) return;
      fill(this.body, box);
      const tab = show({
        box,
        workflow: this.w,
        dsl,
        signal,
        page: this.c,
        openTab: (k) => this.bar.select(k),
        pair: this.pair,
        reload: () => this.reload(),
        refresh: () => this.refresh().catch(() => {}), // the page may be left meanwhile
      });
      this.pair = null;
      await tab;
    } catch (error) {
      if (error.name !== 'AbortError' && !signal.aborted) {
        const { errorNote } = await import('../ui/toast.js');
        fill(this.body, errorNote(error, () => this.open(key)));
      }
    }
  }
}

/** @param {any} o */
function graphTab(o) {
  const view = new GraphView({ signal: o.signal });
  o.box.classList.add('tall');
  const shown = view.show(o.dsl);
  fill(o.box, shown && state.may('editor') ? new Edit(o, view).el : view.el);
  if (!shown) fill(o.box, h('div.note.warn', icon('alert'), t('graph.none')));
  const open = o.page.query.get('node');
  if (open) view.select(open);
}

/** @param {import('../router.js').Context} c */
export async function mount(c) {
  fill(c.root, h('div.page', skeleton(4)));
  const [workflow] = await Promise.all([
    workflows.get(c.params.id, c.signal),
    state.connections.length ? null : state.loadConnections(c.signal).catch(() => {}),
  ]);
  const page = new WorkflowPage(c, workflow);
  events.on(
    'workflow',
    (d) => {
      if ((d.workflow_id || d.id) === workflow.id) page.follow().catch(() => {});
    },
    c.signal,
  );
  page.findDeploy().catch(() => {}); // told by the events as well, in fewer words
  await page.open(page.first);
}
