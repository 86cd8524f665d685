/* studio.js: one generation - the conversation at the left, the graph that grows at the right, and what can be done with it. */
import { h, fill } from '../dom.js';
import { t } from '../i18n/index.js';
import { jobs } from '../api.js';
import { state } from '../state.js';
import { events } from '../events.js';
import { watchJob, isOver } from '../watch.js';
import { go } from '../router.js';
import { icon } from '../ui/icons.js';
import { menuButton } from '../ui/menu.js';
import { download, empty, fileName } from '../ui/bits.js';
import { titleField } from '../ui/title.js';
import { action, toastError } from '../ui/toast.js';
import { GraphView } from '../graph/view.js';
import { diffDsl } from '../graph/diff.js';
import { diffBadges } from '../graph/diff-badges.js';
import { composer } from './composer.js';
import { Phases } from './phases.js';
import { doneParts, failedParts, otherModels } from './outcome.js';
import { loadThread, saveThread, promptOf, talkOf, combined } from './thread.js';
import { bubble, questionForm } from './questions.js';
import { handOver } from './handoff.js';
import { start, answer, readOwn } from './start.js';
import { saveWorkflow } from './save.js';

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
    const first = !this.job;
    this.job = job;
    if (first && !this.thread.messages.length && promptOf(job)) {
      this.thread.messages = [{ text: promptOf(job), answers: job.request.answers, job: job.id }];
      this.messages();
      this.working();
      if (job.request.parent) this.readTalk(job).catch(() => {}); // what was said before may be gone
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
      send: (text) => start(value ? { messages: this.thread.messages.slice(0, -1) } : this.thread, text),
    });
    fill(this.foot, ask.el);
    return ask;
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
      doneParts(result, {
        model: modelOf(result) ?? this.model,
        nodes: this.view.graph.nodes.size,
        jump,
        ask: (list) => questionForm(this.id, list, (answers) => answer(this.thread, this.id, answers)),
      }),
    );
    this.again('');
    this.drawHead(result);
    this.compare(result).catch(() => {}); // the generation before may be gone
  }

  /** What the last sentence changed, against the generation before it. */
  async compare(result) {
    const before = this.thread.messages.at(-2)?.job;
    if (!before) return;
    const old = (await jobs.get(before, this.c.signal)).result?.dsl;
    if (!old) return;
    const diff = diffDsl(old, result.dsl);
    const same = diff.added.size + diff.removed.size + diff.changed.size === 0;
    const toggle = h('button.btn.small', { 'aria-pressed': 'false' }, icon('compare', 15), t('diff.show'));
    toggle.addEventListener('click', () => {
      const on = toggle.getAttribute('aria-pressed') !== 'true';
      toggle.setAttribute('aria-pressed', String(on));
      this.view.show(on ? diff.merged : result.dsl, { keep: true });
      this.view.setDiff(on ? diff : null);
    });
    this.answer.children[0].after(h('div.row.wrap.chips', ...diffBadges(diff), !same && toggle));
  }

  drawHead(result) {
    const title = titleField({
      value: this.thread.name ?? result.name ?? '',
      onchange: (text) => {
        this.thread.name = text;
        saveThread(this.id, this.thread);
      },
    });
    const name = title.input;
    const more = menuButton('button.btn.icon', { 'aria-label': t('more') }, icon('more'), () => [
      {
        label: t('new.keep'),
        icon: 'file',
        run: () => this.put(result, name.value, false, '').catch(toastError),
      },
      {
        label: t('download.json'),
        icon: 'download',
        run: () => download(`${fileName(name.value)}.json`, JSON.stringify(result.dsl, null, 2), 'application/json'),
      },
      {
        label: t('nav.check'),
        icon: 'shield',
        run: () => {
          handOver({ name: `${fileName(name.value)}.json`, text: JSON.stringify(result.dsl, null, 2) });
          go('/check');
        },
      },
      { label: t('new.edit_plan'), icon: 'pencil', run: () => go('/plan', { job: this.id }) },
      { label: t('new.fresh'), icon: 'plus', run: () => go('/new') },
    ]);
    if (this.thread.workflow_id) {
      fill(
        this.head,
        title.el,
        h('a.btn.primary', { href: `#/workflows/${this.thread.workflow_id}` }, icon('flow', 16), t('new.open')),
        more,
      );
      return;
    }
    const act = (label, glyph, cls, tab) =>
      h(
        'button.btn',
        { class: cls, onclick: action(() => this.put(result, name.value, true, tab)) },
        icon(glyph, 16),
        label,
      );
    fill(this.head, title.el, act(t('run.test'), 'play', '', 'run'), act(t('deploy'), 'deploy', 'primary', ''), more);
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
    const best = job.result?.dsl;
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
      h('button.btn', { onclick: () => go('/new') }, icon('plus', 16), t('new.fresh')),
    );
  }
}
