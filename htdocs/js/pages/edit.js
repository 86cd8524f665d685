/* edit.js: a kept workflow is changed by sentences - the box under its graph, the proposal on the graph, taking or dropping it. */
import { h, fill } from '../dom.js';
import { t } from '../i18n/index.js';
import { workflows, jobs } from '../api.js';
import { state } from '../state.js';
import { events } from '../events.js';
import { watchJob, isOver } from '../watch.js';
import { current } from '../router.js';
import { icon } from '../ui/icons.js';
import { action, toast } from '../ui/toast.js';
import { diffDsl } from '../graph/diff.js';
import { diffBadges } from '../graph/diff-badges.js';
import { composer } from './composer.js';
import { Phases } from './phases.js';
import { agreed, editParts, questions } from './change-words.js';
import { findingList, fixesDetails } from './outcome.js';
import { jobError, reasonOf } from './job-words.js';

const serious = (f) => f.tier === 'E' || f.tier === 'R';

export class Edit {
  /** @param {any} o tab context @param {import('../graph/view.js').GraphView} view shows the workflow */
  constructor(o, view) {
    this.o = o;
    this.view = view;
    this.job = null;
    this.watch = null;
    this.talk = h('div.talk', { role: 'log' });
    this.side = h('section.side', { 'aria-label': t('edit.title'), hidden: true }, this.talk);
    this.dock = h('div.edit-dock');
    this.board = h('section.board', { 'aria-label': t('graph.label') }, view.el, this.dock);
    this.el = h('div.studio.calm', this.side, this.board);
    this.box('');
    const id = current().query.get('edit');
    if (id) this.open(id);
    else this.joinRunning().catch(() => {}); // the box works without it
  }

  /** An edit that is under way, started in another browser or before a reload. */
  async joinRunning() {
    for (const wanted of ['running', 'queued']) {
      const page = await jobs.list(
        { workflow_id: this.o.workflow.id, kind: 'generate', state: wanted, limit: 1 },
        this.o.signal,
      );
      if (page.items.length && !this.job) {
        this.show(page.items[0].id);
        return;
      }
    }
  }

  /** The talk beside the graph, or the graph alone with the box under it. @param {boolean} on */
  aside(on) {
    this.side.hidden = !on;
    this.el.classList.toggle('calm', !on);
    (on ? this.side : this.board).append(this.dock);
  }

  /** The box; with an edit open it stands under the talk. @param {string} value */
  box(value) {
    const ask = composer({
      signal: this.o.signal,
      value,
      label: t('edit.title'),
      placeholder: t(this.side.hidden ? 'edit.placeholder' : 'edit.more'),
      button: t('edit.send'),
      target: false,
      send: (text) => this.send(text),
    });
    fill(this.dock, ask.el);
    return ask;
  }

  /** @param {string} text @param {any} [base] an edit to go on from */
  async send(text, base = this.proposal()) {
    const model = state.model();
    /** @type {any} */
    const body = { text };
    if (model) body.model_id = model.id;
    if (base) body.job_id = base.id;
    else body.base_version = this.o.workflow.version;
    try {
      this.show((await workflows.edit(this.o.workflow.id, body)).job.id);
    } catch (error) {
      if (error.code !== 'version_changed') throw error;
      await this.catchUp();
      toast(t('edit.caught_up', { n: this.o.workflow.version }), { tone: 'warn' });
      this.show((await workflows.edit(this.o.workflow.id, { ...body, job_id: undefined, base_version: undefined })).job.id);
    }
  }

  /** The newest version, when somebody else changed the workflow. */
  async catchUp() {
    await this.o.refresh();
    this.o.workflow = await workflows.get(this.o.workflow.id, this.o.signal);
    this.o.dsl = await workflows.dsl(this.o.workflow.id, this.o.signal);
  }

  /** The edit that was not decided on yet, if it stands on what is kept now. */
  proposal() {
    const base = this.job?.request?.edit?.base_version;
    return this.job?.state === 'succeeded' && base === this.o.workflow.version ? this.job : null;
  }

  show(id) {
    this.o.page.setQuery({ edit: id });
    this.open(id);
  }

  /** @param {string} id of the job */
  open(id) {
    this.watch?.abort();
    this.watch = new AbortController();
    this.o.signal.addEventListener('abort', () => this.watch.abort());
    const { signal } = this.watch;
    this.job = null;
    this.aside(true);
    this.answer = h('div.answer');
    this.phases = new Phases(signal, state.model()?.name ?? t('fact.model'));
    fill(this.talk, this.answer);
    this.working(id);
    events.on(
      'generate',
      (d) => {
        if (d.job_id !== id) return;
        this.phases.think(d.thought);
        this.progress(d);
      },
      signal,
    );
    watchJob(id, (job) => this.update(job), signal);
  }

  progress(told) {
    if (!told || (this.job && isOver(this.job.state))) return;
    this.phases.state = 'running';
    this.phases.take(told);
  }

  working(id) {
    const cancel = h('button.btn.small', { onclick: action(() => jobs.cancel(id)) }, icon('stop', 15), t('cancel'));
    fill(this.answer, this.phases.el, this.phases.thought, this.phases.say);
    fill(this.dock, h('div.row.between.edit-wait', h('span.meta', t('new.safe')), cancel));
  }

  /** What was asked so far. @param {any} request */
  bubbles(request) {
    return [...(request?.edit?.before ?? []), request?.prompt].filter(Boolean).map((text) => h('div.bubble', text));
  }

  /** @param {import('../types.js').Job|null} job */
  update(job) {
    if (!job) {
      this.leave();
      toast(t('new.gone'), { tone: 'warn' });
      return;
    }
    if (!this.job) fill(this.talk, this.bubbles(job.request), this.answer);
    this.job = job;
    this.phases.job(job);
    if (job.state === 'succeeded') this.done(job);
    else if (isOver(job.state)) this.failed(job);
    else this.progress(job.progress);
    this.answer.scrollIntoView({ block: 'end' });
  }

  /** Draws what the edit would change over what is kept. @param {any} job */
  paint(job) {
    const edit = job.request?.edit ?? {};
    const diff = diffDsl(edit.origin ?? edit.dsl, job.result.dsl);
    this.view.show(diff.merged);
    this.view.setDiff(diff);
    return diff;
  }

  done(job) {
    const { result } = job;
    const diff = this.paint(job);
    const outdated = !this.proposal();
    const jump = (id) => this.view.select(id, { focus: true });
    const findings = (result.findings ?? []).filter(serious);
    const acts = h(
      'div.row.wrap.edit-acts',
      h(
        'button.btn.primary',
        { disabled: outdated, onclick: action(() => this.accept(job)) },
        icon('tick', 16),
        t('edit.accept'),
      ),
      h('button.btn', { onclick: () => this.drop() }, icon('close', 16), t('edit.drop')),
    );
    fill(
      this.answer,
      this.phases.folded(job.finished_at - (job.started_at || job.created_at)),
      h('div.row.wrap.chips', ...diffBadges(diff)),
      editParts(job.request.edit, result),
      fixesDetails(result.fixes),
      findings.length > 0 &&
        h(
          'section.stack.tight',
          h('h3', t('findings.count', { n: findings.length })),
          findingList(findings, jump),
        ),
      questions(result),
      outdated && this.outdatedNote(job),
      outdated ? null : h('p.meta', t('edit.proposal')),
      acts,
    );
    this.box('');
  }

  outdatedNote(job) {
    return h(
      'div.note.warn',
      { role: 'alert' },
      icon('alert'),
      h(
        'div.grow.stack.tight',
        h('div', t('edit.outdated', { n: this.o.workflow.version })),
        h(
          'button.btn.small.start',
          { onclick: action(() => this.send(job.request.prompt, null)) },
          icon('refresh', 15),
          t('edit.ask_newest'),
        ),
      ),
    );
  }

  async accept(job) {
    const { consent } = job.result;
    if (!(await agreed(consent))) return;
    try {
      const kept = await workflows.takeEdit(this.o.workflow.id, { job_id: job.id, consent: !!consent?.length });
      toast(t('edit.accepted', { n: kept.version }), { tone: 'ok' });
      this.o.page.setQuery({ edit: '' });
      await this.o.reload();
    } catch (error) {
      if (error.code !== 'version_changed') throw error;
      await this.catchUp();
      this.done(job);
    }
  }

  drop() {
    this.leave();
    toast(t('edit.dropped'));
  }

  /** Back to the workflow as it is kept. */
  leave() {
    this.watch?.abort();
    this.job = null;
    this.o.page.setQuery({ edit: '' });
    this.aside(false);
    this.view.setDiff(null);
    this.view.show(this.o.dsl);
    this.box('').box.focus();
  }

  failed(job) {
    const cancelled = job.state === 'cancelled';
    const text = job.request?.prompt ?? '';
    const findings = (job.error?.findings ?? []).filter((f) => serious(f) && f.code !== 'edit_nothing');
    const said = job.result?.summary;
    fill(
      this.answer,
      this.phases.el,
      h(
        cancelled ? 'div.note' : 'div.note.error',
        { role: cancelled ? null : 'alert' },
        icon(cancelled ? 'stop' : 'fail'),
        h(
          'div.grow.wrap-any',
          h('strong', cancelled ? t('new.cancelled') : failure(job.error)),
          !cancelled && said && h('div', t('edit.model_said', { text: said })),
          h('div', t('edit.unchanged'), ' ', t('new.kept')),
        ),
      ),
      findings.length > 0 && findingList(findings, (id) => this.view.select(id, { focus: true })),
      h(
        'div.row.wrap.edit-acts',
        h('button.btn', { onclick: action(() => this.send(text, null)) }, icon('refresh', 16), t('new.again')),
        h('button.btn', { onclick: () => this.drop() }, icon('close', 16), t('edit.back')),
      ),
    );
    this.box(text);
  }
}

/** Why there is no proposal. @param {any} error */
function failure(error) {
  return reasonOf(error) === 'invalid' ? t('edit.failed') : jobError(error);
}
