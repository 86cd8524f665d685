/* trial.js: a test run of a generation - what it sets off, what it begins with, its steps, and what came of it. */
import { h, fill } from '../dom.js';
import { t, tOr } from '../i18n/index.js';
import { jobs } from '../api.js';
import { state } from '../state.js';
import { watchJob, watchRun, isOver } from '../watch.js';
import { go } from '../router.js';
import { icon } from '../ui/icons.js';
import { check, area } from '../ui/field.js';
import { valueBox } from '../ui/code.js';
import { action } from '../ui/toast.js';
import { errorText } from '../graph/panel.js';
import { typeIcon } from '../graph/types.js';
import { jobError } from './job-words.js';
import { inputForm, startVariables } from './run-inputs.js';
import { Timeline } from './timeline.js';
import { saveThread } from './thread.js';

const STEPS = ['deploy', 'run', 'judge', 'fix', 'clean'];
const GOOD = ['succeeded', 'paused'];

export class Trial {
  /** @param {import('./studio.js').Studio} studio @param {any} result of the generation */
  constructor(studio, result) {
    this.studio = studio;
    this.result = result;
    this.el = h('section.card.trial', { 'aria-label': t('run.test'), tabindex: -1 });
    this.watched = null;
  }

  /** What it would do, for a person to agree to. */
  async ask() {
    const plan = await jobs.testPlan(this.studio.id, this.studio.c.signal);
    if (!plan.possible) {
      this.show(h('div.note.warn', icon('alert'), t('trial.trigger')));
      return;
    }
    const form = inputForm(startVariables(this.result.dsl), state.connection()?.id);
    form.set(plan.inputs);
    const query = plan.query === null ? null : area({ label: t('run.query'), rows: 2, value: plan.query });
    const agreed = check({ label: t('trial.agree') });
    const fix = check({ label: t('trial.fix'), value: true });
    const begin = h(
      'button.btn.primary',
      {
        onclick: action(async () => {
          const inputs = form.read();
          if (!inputs) return;
          const body = { inputs, fix: fix.value(), connection_id: state.connection()?.id };
          if (query) body.query = query.value().trim() || plan.query;
          if (plan.effects.length) body.agreed = agreed.value();
          const { job } = await jobs.test(this.studio.id, body);
          this.studio.thread.trial = job.id;
          saveThread(this.studio.id, this.studio.thread);
          this.follow(job.id);
        }),
      },
      icon('play', 16),
      t('trial.begin'),
    );
    const mayBegin = () => begin.toggleAttribute('disabled', plan.effects.length > 0 && !agreed.value());
    agreed.input.addEventListener('change', mayBegin);
    mayBegin();
    this.show(
      h('p.soft', t('trial.lead')),
      plan.effects.length > 0 &&
        h(
          'div.note.warn',
          icon('alert'),
          h(
            'div.grow.stack.tight',
            h('strong', t('trial.effects')),
            h(
              'ul.stack.tight',
              plan.effects.map((e) =>
                h('li.row', icon(typeIcon(e.type), 15), h('span', e.title || e.node), h('span.meta', tOr(`node.${e.type}`, e.type))),
              ),
            ),
            agreed.el,
          ),
        ),
      plan.files_needed && h('div.meta', t('trial.files')),
      form.el,
      query?.el,
      fix.el,
      h('div.row', begin, h('button.btn.quiet', { onclick: () => this.close() }, t('cancel'))),
    );
    this.el.focus();
  }

  show(...parts) {
    fill(this.el, h('header', h('h3', t('run.test'))), h('div.body.stack', parts));
    this.el.scrollIntoView({ block: 'nearest' });
  }

  close() {
    this.el.remove();
  }

  /** @param {string} id */
  follow(id) {
    const line = new Timeline({ show: (node) => this.studio.view.select(node, { focus: true }) });
    const steps = h('ol.trial-steps');
    const note = h('div.meta');
    const stop = h('button.btn', { onclick: action(() => jobs.cancel(id)) }, icon('stop', 16), t('cancel'));
    this.show(steps, line.el, note, h('div.row', stop));
    line.el.hidden = true;
    watchJob(
      id,
      (job) => {
        if (!job) this.close();
        else if (isOver(job.state)) this.done(job);
        else {
          this.steps(steps, job.progress);
          this.listen(job.progress?.run_id, line);
        }
      },
      this.studio.c.signal,
    );
  }

  steps(box, progress) {
    const at = STEPS.indexOf(progress?.phase);
    fill(
      box,
      STEPS.filter((s) => s !== 'fix' || s === progress?.phase).map((s) => {
        const now = s === progress?.phase;
        const glyph = now ? h('span.turning', icon('spin', 16)) : icon(STEPS.indexOf(s) < at ? 'okay' : 'minus', 16);
        return h('li', { 'aria-current': now ? 'step' : null }, glyph, t(`trial.step.${s}`));
      }),
      progress?.trouble && h('li.soft', progress.trouble),
    );
  }

  listen(runId, line) {
    if (!runId || this.watched === runId) return;
    this.watched = runId;
    watchRun(
      runId,
      (run) => {
        if (!run || this.watched !== runId) return;
        line.el.hidden = !run.nodes?.length;
        line.draw(run.nodes ?? []);
      },
      this.studio.c.signal,
    );
  }

  done(job) {
    this.watched = null;
    const again = h('button.btn', { onclick: action(() => this.ask()) }, icon('refresh', 16), t('trial.again'));
    if (job.state !== 'succeeded') {
      const words = job.state === 'cancelled' ? t('trial.cancelled') : jobError(job.error);
      this.show(h('div.note', icon('stop'), words), h('div.row', again));
      return;
    }
    const { outcome, first, mended, dsl, fix_job: fixJob, removed } = job.result;
    const line = new Timeline({ show: (node) => this.studio.view.select(node, { focus: true }) });
    line.draw((outcome.nodes ?? []).map((n, i) => ({ ...n, execution: String(i) })));
    const good = GOOD.includes(outcome.kind);
    const outputs = Object.entries(outcome.outputs ?? {});
    this.show(
      h(
        'div.note',
        { class: good ? 'ok' : 'error', role: 'status' },
        icon(good ? 'okay' : 'fail'),
        h(
          'div.grow.stack.tight',
          h('strong', t(`trial.${outcome.kind}`)),
          outcome.error && h('div.wrap-any', errorText(outcome.error)),
          outcome.node && h('div.meta', t('trial.at', { node: outcome.node.title || outcome.node.node_id })),
        ),
      ),
      first && h('div.meta.wrap-any', t('trial.first', { error: errorText(first.error ?? '') })),
      good && outputs.map(([k, v]) => valueBox(k, v)),
      outcome.nodes?.length > 0 && line.el,
      removed === false && h('div.note.warn', icon('alert'), t('trial.left')),
      h(
        'div.row.wrap',
        mended &&
          dsl &&
          fixJob &&
          h('button.btn.primary', { onclick: () => go('/new', { job: fixJob }) }, icon('tick', 16), t('trial.take')),
        again,
        h('button.btn.quiet', { onclick: () => this.forget() }, t('close')),
      ),
    );
  }

  forget() {
    delete this.studio.thread.trial;
    saveThread(this.studio.id, this.studio.thread);
    this.close();
  }
}

/** The panel under what a generation says. @param {import('./studio.js').Studio} studio @param {any} result */
export function openTrial(studio, result) {
  studio.answer.querySelector('.trial')?.remove();
  const trial = new Trial(studio, result);
  studio.answer.append(trial.el);
  return trial;
}
