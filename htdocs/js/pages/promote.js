/* promote.js: a workflow goes to another Dify - where to, what stands for what there, what would change, then the word. */
import { h, fill } from '../dom.js';
import { t } from '../i18n/index.js';
import { ApiError, connections, workflows } from '../api.js';
import { state } from '../state.js';
import { jobEnd } from '../watch.js';
import { href } from '../router.js';
import { icon } from '../ui/icons.js';
import { empty, skeleton } from '../ui/bits.js';
import { connectionState, colourMark, sandboxBadge } from '../ui/badge.js';
import { errorNote, action } from '../ui/toast.js';
import { findingText } from '../graph/panel.js';
import { jobError } from './job-words.js';
import { MappingTable, deployEnd } from './mapping.js';
import { remarkList, tellDeployed } from './save.js';
import { diffLines } from './version-compare.js';

/** Why a job came to nothing, as the error of a request. @param {any} job */
const failed = (job) => new ApiError(409, { code: job?.error?.code ?? 'job', detail: jobError(job?.error) || t('status.failed') });

class PromotePage {
  /** @param {import('../router.js').Context} c @param {any} workflow */
  constructor(c, workflow) {
    this.c = c;
    this.w = workflow;
    /** @type {string|null} the target that gave no answer */ this.missed = null;
    this.targets = state.connections.filter((x) => x.id !== workflow.connection_id);
    this.body = h('div.stack.loose', { 'aria-live': 'polite' });
    this.choice = h('div.targets', { role: 'radiogroup', 'aria-label': t('promote.to') });
    const from = state.connections.find((x) => x.id === workflow.connection_id);
    fill(
      c.root,
      h(
        'div.page',
        h(
          'div.page-head',
          h('a.btn.quiet.icon', { href: href(`/workflows/${workflow.id}`), 'aria-label': workflow.name }, icon('left')),
          h('h1.clip', t('promote.title', { name: workflow.name })),
          h('p.lead', from ? t('promote.lead', { from: from.name }) : t('promote.lead.none')),
        ),
        this.choice,
        this.body,
      ),
    );
    const wanted = c.query.get('to');
    const only = this.targets.length === 1 ? this.targets[0].id : null;
    if (only || this.targets.some((x) => x.id === wanted)) this.look(only ?? wanted);
    else fill(this.body, h('p.soft', t('promote.choose')));
    this.drawTargets();
    state.addEventListener('connections', () => this.heard(), { signal: c.signal });
  }

  /** How each Dify is changes by itself; one that is back is asked again. */
  heard() {
    this.targets = state.connections.filter((x) => x.id !== this.w.connection_id);
    this.drawTargets();
    const up = this.up();
    if (this.missed === this.target && up && !this.wasUp) this.look(this.target, this.answers);
    this.wasUp = up;
  }

  up() {
    return this.targets.find((x) => x.id === this.target)?.state === 'up';
  }

  drawTargets() {
    const at = /** @type {HTMLElement|null} */ (document.activeElement?.closest('.target'))?.dataset.id;
    fill(
      this.choice,
      this.targets.map((x) =>
        h(
          'button.target',
          { role: 'radio', 'aria-checked': String(x.id === this.target), dataset: { id: x.id }, class: x.colour ? `c-${x.colour}` : '',
            onclick: () => this.look(x.id) },
          colourMark(x.colour),
          h('span.grow', h('strong.clip', x.name), h('span.meta.clip', x.base_url)),
          x.is_sandbox && sandboxBadge(),
          connectionState(x),
        ),
      ),
    );
    if (at) /** @type {HTMLElement|null} */ (this.choice.querySelector(`[data-id="${at}"]`))?.focus();
  }

  /** Asks the worker what would be done; nothing is written by that. @param {string} id @param {any} [answers] */
  async look(id, answers) {
    const fresh = !answers || this.missed === id;
    this.target = id;
    this.missed = null;
    this.answers = answers;
    this.wasUp = this.up();
    this.c.setQuery({ to: id });
    this.drawTargets();
    if (fresh) fill(this.body, skeleton(4));
    try {
      const [{ job }, resources] = await Promise.all([
        workflows.promote(this.w.id, { connection_id: id, ...answers }),
        this.resources?.id === id ? this.resources : connections.resources(id, undefined, this.c.signal).then((p) => ({ id, items: p.items })),
      ]);
      this.resources = resources;
      const end = await jobEnd(job.id, this.c.signal);
      if (this.target !== id) return;
      if (end?.state !== 'succeeded') throw failed(end);
      this.resources = { id, items: (await connections.resources(id, undefined, this.c.signal)).items };
      this.draw(end.result, answers?.secrets ?? []);
    } catch (error) {
      if (error.name === 'AbortError' || this.target !== id) return;
      this.missed = id;
      fill(
        this.body,
        errorNote(error, () => this.look(id, answers)),
      );
    }
  }

  name() {
    return state.connections.find((x) => x.id === this.target)?.name ?? '';
  }

  /** @param {any} plan @param {{key: string, value: string}[]} secrets what was typed before */
  draw(plan, secrets) {
    const table = new MappingTable({ ...plan, resources: this.resources.items, onchange: () => changed() });
    for (const s of secrets) {
      const row = table.rows.find((r) => r.need.key === s.key);
      if (row) row.value.value = s.value;
    }
    let seen = plan.open === 0;
    const answers = () => ({ mapping: table.mapping(), secrets: table.secrets() });
    const compare = h(
      'button.btn',
      { onclick: action(() => (table.complete() ? this.look(this.target, answers()) : table.focusOpen())) },
      icon('compare', 16),
      t('promote.compare'),
    );
    const go = h(
      'button.btn.primary',
      { onclick: action(() => this.confirm(plan.base, answers()).catch((error) => this.trouble(error))) },
      icon('deploy', 16),
      t('promote.go', { name: this.name() }),
    );
    const hint = h('span.meta');
    const lack = h('div');
    const show = () => {
      compare.hidden = seen;
      compare.classList.toggle('primary', !seen);
      go.hidden = !seen;
      const lacking = table.lacking();
      const words = lacking.length > 0 && t('promote.lacking', { name: this.name(), list: lacking.join(t('comma')) });
      fill(lack, words && h('div.note.warn', icon('alert'), h('div.grow.wrap-any', words)));
      lack.hidden = !words;
      hint.textContent = seen ? t('promote.sure') : t(table.complete() ? 'promote.stale' : 'promote.open');
      this.changes.hidden = !seen;
    };
    const changed = () => {
      seen = false;
      show();
    };
    this.changes = this.changesCard(plan);
    fill(
      this.body,
      table.rows.length > 0
        ? h('section.card', h('header', h('h2', t('promote.mapping'))), table.el)
        : h('div.note', icon('info'), t('promote.nothing')),
      this.changes,
      this.unfit(plan.findings ?? []),
      lack,
      h('div.row.wrap.promote-end', hint, h('span.grow'), compare, go),
    );
    show();
  }

  changesCard(plan) {
    const { diff } = plan;
    const details = plan.details ?? [];
    const same = diff?.same && details.length === 0;
    const list = [
      ...details.map((d) =>
        h('li', h('strong', t(`promote.field.${d.field}`)), h('span.diff-before', d.before || '–'), h('span.diff-after', d.after || '–')),
      ),
      ...(diff && !diff.same ? diffLines(diff) : []),
    ];
    return h(
      'section.card',
      h('header', h('h2.grow', t('promote.changes')), plan.workflow_id && h('a', { href: href(`/workflows/${plan.workflow_id}`) }, t('promote.there'))),
      list.length > 0
        ? h('ol.diff-lines', list)
        : h('div.body.soft', t(same ? 'promote.same' : plan.workflow_id ? 'promote.gone' : 'promote.first', { name: this.name() })),
    );
  }

  /** What another version of Dify has not. @param {any[]} findings */
  unfit(findings) {
    if (findings.length === 0) return null;
    const { version } = state.connections.find((x) => x.id === this.target) ?? {};
    return h(
      'div.note.warn',
      icon('alert'),
      h('div.grow', t('promote.unfit', { name: this.name(), version }), h('ul.bullets', findings.slice(0, 8).map((f) => h('li', findingText(f))))),
    );
  }

  /** In the page and not in a toast, which would lie on the button. @param {any} error */
  trouble(error) {
    if (error.name === 'AbortError') return;
    this.body.querySelector('.promote-trouble')?.remove();
    this.body.querySelector('.promote-end')?.before(h('div.promote-trouble', errorNote(error)));
  }

  async confirm(base, answers) {
    const { job } = await workflows.promote(this.w.id, { connection_id: this.target, base, ...answers });
    const end = await jobEnd(job.id, this.c.signal);
    if (end?.state !== 'succeeded') {
      if (['target_changed', 'mapping_needed'].includes(end?.error?.code)) await this.look(this.target, answers);
      throw failed(end);
    }
    await this.follow(end.result.workflow_id, end.result.deploy_job_id);
  }

  /** The deploy of what is there now, to its end. @param {string} id of the workflow there @param {string} job */
  async follow(id, job) {
    const { target } = this;
    fill(this.body, h('div.note', icon('deploy'), h('div.grow', t('status.deploying')), h('div.bar.open', h('i'))));
    const end = await deployEnd(await jobEnd(job, this.c.signal), this.c.signal);
    if (this.target === target) this.over(id, end);
    else tellDeployed(end, this.w.name);
  }

  over(id, end) {
    const ok = end?.state === 'succeeded';
    const list = ok && remarkList(end);
    const words = ok
      ? [t('promote.done', { name: this.name() }), list && h('div', t('promote.remarks'), list)]
      : t('deploy.failed', { name: this.w.name, why: jobError(end?.error) });
    const again = async () => this.follow(id, (await workflows.deploy(id, this.target)).job.id);
    fill(
      this.body,
      h(
        'div.note',
        { class: ok ? 'ok' : 'error', role: ok ? null : 'alert' },
        icon(ok ? 'okay' : 'fail'),
        h(
          'div.grow.stack.tight',
          h('div.wrap-any', words),
          h(
            'div.row.wrap',
            !ok && h('button.btn.small', { onclick: action(again) }, icon('refresh', 14), t('retry')),
            h('a.btn.small', { href: href(`/workflows/${id}`) }, t('promote.there')),
          ),
        ),
      ),
    );
  }
}

/** @param {import('../router.js').Context} c */
export async function mount(c) {
  fill(c.root, h('div.page', skeleton(4)));
  const [workflow] = await Promise.all([workflows.get(c.params.id, c.signal), state.loadConnections(c.signal)]);
  c.title(t('promote.title', { name: workflow.name }));
  if (state.may('editor') && state.connections.some((x) => x.id !== workflow.connection_id)) {
    new PromotePage(c, workflow);
    return;
  }
  const more = state.may('admin') && h('a.btn.primary', { href: href('/connections') }, icon('plus', 16), t('connections.add'));
  const head = h('div.page-head', h('h1.clip', t('promote.title', { name: workflow.name })));
  fill(c.root, h('div.page', head, h('div.card', empty(t('promote.none.title'), t('promote.none.text'), more))));
}
