/* studio.js: one generation - the conversation at the left, the graph that grows at the right, and what can be done with it. */
import { h, fill } from '../dom.js';
import { t } from '../i18n/index.js';
import { jobs } from '../api.js';
import { state } from '../state.js';
import { events } from '../events.js';
import { watchJob, isOver } from '../watch.js';
import { go } from '../router.js';
import { icon } from '../ui/icons.js';
import { empty } from '../ui/bits.js';
import { action } from '../ui/toast.js';
import { GraphView } from '../graph/view.js';
import { diffDsl } from '../graph/diff.js';
import { diffBadges } from '../graph/diff-badges.js';
import { composer } from './composer.js';
import { Phases } from './phases.js';
import { doneParts, failedParts, otherModels } from './outcome.js';
import { loadThread, saveThread, promptOf, talkOf, combined } from './thread.js';
import { bubble, questionForm } from './questions.js';
import { start, change, answer, readOwn } from './start.js';
import { agreed, editParts } from './change-words.js';
import { saveWorkflow } from './save.js';
import { drawHead } from './studio-head.js';
import { openTrial } from './trial.js';

/** What made it, as people call it. @param {any} result */
function modelOf(result) {
  if (result.engine === 'dify') return [t('engine.dify'), result.model].filter(Boolean).join(' · ');
  return state.models.find((m) => m.id === result.model_id)?.name;
}

export class Studio {
  /** @param {import('../router.js').Context} c @param {string} jobId */
  constructor(c, jobId) {
    this.c = c;
    this.id = jobId;
    this.thread = loadThread(jobId) ?? { messages: [] };
    this.job = null;
    this.view = new GraphView({ signal: c.signal });
    this.model =
      this.thread.engine === 'dify'
        ? t('engine.dify')
        : (state.models.find((m) => m.id === this.thread.model_id)?.name ?? state.model()?.name ?? t('fact.model'));
    this.phases = new Phases(c.signal, this.model);
    this.talk = h('div.talk', { role: 'log' });
    this.foot = h('div.talk-foot');
    this.head = h('div.studio-head');
    fill(
      c.root,
      h(
        'div.page.fill.studio-page',
        h(
          'div.studio',
          h('section.side', { 'aria-label': t('new.talk') }, this.talk, this.foot),
          h('section.board', { 'aria-label': t('graph.label') }, this.head, this.view.el),
        ),
      ),
    );
    this.messages();
    this.working();
    events.on(
      'generate',
      (d) => {
        if (d.job_id !== jobId) return;
        this.phases.think(d.thought);
        this.progress(d);
      },
      c.signal,
    );
    watchJob(jobId, (job) => this.update(job), c.signal);
  }

  /** What the job is about when it changes a workflow. */
  get edit() {
    return this.job?.request?.edit ?? null;
  }

  messages() {
    const list = this.thread.messages.length
      ? this.thread.messages
      : promptOf(this.job)
        ? [{ text: promptOf(this.job) }]
        : [];
    this.answer = h('div.answer');
    fill(
      this.talk,
      list.map(bubble),
      this.answer,
    );
  }

  /** @param {any} told an event of the generation, or what the job keeps of it */
  progress(told) {
    if (!told || (this.job && isOver(this.job.state))) return;
    this.phases.state = 'running';
    this.phases.take(told);
    if (told.nodes?.length) {
      this.view.showStream(told.nodes);
      this.wait.hidden = true;
    }
  }

  working() {
    const cancel = h('button.btn', { onclick: action(() => jobs.cancel(this.id)) }, icon('stop', 16), t('cancel'));
    this.wait = h('div.board-wait', h('div.ghost'), h('div.ghost'), h('div.ghost'));
    this.view.el.append(this.wait);
    fill(this.answer, this.phases.el, this.phases.thought, this.phases.say);
    fill(this.foot, h('div.row.between', h('span.meta', t('new.safe')), cancel));
    fill(this.head, h('h1.grow.soft', t('new.working')));
  }

  /** @param {import('../types.js').Job|null} job */
  update(job) {
    if (!job) {
      this.gone();
      return;
    }
    if (job.workflow_id && job.request?.edit) {
      go(`/workflows/${job.workflow_id}`, { edit: job.id }); // an edit of what is kept belongs there
      return;
    }
    const first = !this.job;
    this.job = job;
    if (first && !this.thread.messages.length && promptOf(job)) {
      this.thread.messages = [{ text: promptOf(job), answers: job.request.answers, job: job.id }];
      this.messages();
      this.working();
      if (job.request.parent ?? this.edit?.parent) this.readTalk(job).catch(() => {}); // what was said before may be gone
    }
    this.phases.job(job);
    if (job.state === 'succeeded') this.done(job.result);
    else if (isOver(job.state)) this.failed(job);
    else this.progress(job.progress);
  }

  /** What was said in another browser. */
  async readTalk(job) {
    this.thread.messages = await talkOf(job, this.c.signal);
    const answer = this.answer;
    this.messages();
    this.answer.replaceWith(answer);
    this.answer = answer;
  }

  gone() {
    fill(this.answer, h('div.note.warn', icon('alert'), h('div', t('new.gone'))));
    this.wait.remove();
    this.again('');
  }

  /** The box under the talk: type on to change the workflow. */
  again(value) {
    const ask = composer({
      signal: this.c.signal,
      value,
      label: t('new.change'),
      placeholder: this.thread.messages.length && !value ? t('new.change.placeholder') : t('new.placeholder'),
      button: t('new.send'),
      engines: !this.edit && (!!value || !this.job?.result?.dsl),
      send: (text) => this.send(text, !!value),
    });
    fill(this.foot, ask.el);
    return ask;
  }

  /** @param {string} text @param {boolean} instead of the last sentence, which failed */
  send(text, instead) {
    const thread = instead ? { ...this.thread, messages: this.thread.messages.slice(0, -1) } : this.thread;
    if (!instead && this.job?.result?.dsl) return change(thread, this.id, text);
    return this.edit?.parent ? change(thread, this.edit.parent, text) : start({ messages: thread.messages }, text);
  }

  /** Whether a sentence changed the workflow and nobody has said yes or no to that. */
  undecided() {
    return !!this.edit && !this.thread.accepted && !this.thread.workflow_id;
  }

  async accept() {
    if (!(await agreed(this.job.result.consent))) return;
    this.thread.accepted = true;
    saveThread(this.id, this.thread);
    this.done(this.job.result);
  }

  drop() {
    go('/new', { job: this.edit.parent });
  }

  done(result) {
    this.wait.remove();
    const shown = result?.dsl && this.view.show(result.dsl);
    if (!shown) {
      this.failed({ ...this.job, state: 'failed', error: { code: 'no_graph', message: t('graph.none') } });
      return;
    }
    this.view.setFindings(result.findings ?? []);
    const jump = (id) => this.view.select(id, { focus: true });
    fill(
      this.answer,
      this.phases.folded(this.job.finished_at - (this.job.started_at || this.job.created_at)),
      this.edit && editParts(this.edit, result),
      doneParts(result, {
        model: modelOf(result) ?? this.model,
        nodes: this.view.graph.nodes.size,
        jump,
        ask: (list) => questionForm(this.id, list, (answers) => answer(this.thread, this.id, answers)),
      }),
    );
    this.again('');
    drawHead(this, result);
    if (this.thread.trial) openTrial(this, result).follow(this.thread.trial);
    if (this.edit) this.showChange(this.edit.dsl, result, this.undecided());
    else this.compare(result).catch(() => {}); // the generation before may be gone
  }

  /** What the last sentence changed, against the generation before it. */
  async compare(result) {
    const before = this.thread.messages.at(-2)?.job;
    if (!before) return;
    const old = (await jobs.get(before, this.c.signal)).result?.dsl;
    if (old) this.showChange(old, result, false);
  }

  /** What differs, and a button that shows it on the graph. @param {any} old @param {any} result @param {boolean} shown */
  showChange(old, result, shown) {
    const diff = diffDsl(old, result.dsl);
    const same = diff.added.size + diff.removed.size + diff.changed.size === 0;
    const toggle = h('button.btn.small', {}, icon('compare', 15), t('diff.show'));
    const draw = (on) => {
      toggle.setAttribute('aria-pressed', String(on));
      this.view.show(on ? diff.merged : result.dsl, { keep: true });
      this.view.setDiff(on ? diff : null);
    };
    toggle.addEventListener('click', () => draw(toggle.getAttribute('aria-pressed') !== 'true'));
    draw(shown && !same);
    this.answer.children[0].after(h('div.row.wrap.chips', ...diffBadges(diff), !same && toggle));
  }

  /** Saves the workflow here and, when asked, in Dify; ends on its page. */
  async put(result, name, deploy, tab) {
    const prompt = combined(this.thread.messages);
    const id = await saveWorkflow(
      { dsl: result.dsl, name: name.trim() || result.name, deploy, prompt },
      this.c.signal,
      (kept) => {
        this.thread.workflow_id = kept;
        saveThread(this.id, this.thread);
      },
    );
    if (id) go(`/workflows/${id}`, tab ? { tab } : {});
  }

  failed(job) {
    this.wait.remove();
    const last = this.thread.messages.at(-1)?.text || (job.request?.answers ? '' : promptOf(job));
    const best = this.edit?.dsl ?? job.result?.dsl; // an edit that failed changes nothing
    if (best && this.view.show(best)) this.view.setFindings(job.error?.findings ?? job.result?.findings ?? []);
    if (!this.view.graph)
      this.view.el.replaceWith(h('div.board-none', empty(t('new.no_graph'), t('new.no_graph.text'))));
    const ask = this.again(last);
    const retry = () =>
      job.request?.answers
        ? answer(
            { ...this.thread, messages: this.thread.messages.slice(0, -1) },
            job.request.parent,
            job.request.answers,
          )
        : ask.submit();
    fill(
      this.answer,
      this.phases.el,
      failedParts(job, {
        again: action(retry),
        models: otherModels(this.thread.model_id, action(retry)),
        onfile: readOwn,
        jump: (id) => this.view.select(id, { focus: true }),
        edit: job.result?.plan || job.result?.answer ? () => go('/plan', { job: this.id }) : null,
      }),
    );
    fill(
      this.head,
      h('h1.grow.soft', t(job.state === 'cancelled' ? 'new.cancelled' : 'new.failed')),
      this.edit?.parent && h('button.btn', { onclick: () => this.drop() }, icon('left', 16), t('edit.back')),
      h('button.btn', { onclick: () => go('/new') }, icon('plus', 16), t('new.fresh')),
    );
  }
}
