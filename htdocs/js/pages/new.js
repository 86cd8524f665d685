/* new.js: the main screen - a sentence goes in, the graph grows, and what comes out can be deployed or tried. */
import { h, fill } from '../dom.js';
import { t } from '../i18n/index.js';
import { workflows, jobs } from '../api.js';
import { state } from '../state.js';
import { events } from '../events.js';
import { watchJob, jobEnd, isOver } from '../watch.js';
import { go } from '../router.js';
import { icon } from '../ui/icons.js';
import { menuButton } from '../ui/menu.js';
import { download, fileName } from '../ui/bits.js';
import { toast, action } from '../ui/toast.js';
import { GraphView } from '../graph/view.js';
import { composer } from './composer.js';
import { examples } from './examples.js';
import { Phases } from './phases.js';
import { doneParts, failedParts } from './outcome.js';
import { loadThread, saveThread, combined, promptOf } from './thread.js';
import { handOver } from './handoff.js';
import { jobError } from './job-words.js';

/** Starts a generation and moves to its page. @param {import('./thread.js').Thread} thread @param {string} text */
async function start(thread, text) {
  const body = { prompt: thread.messages.length ? combined(thread.messages, text) : text };
  const model = state.model();
  const connection = state.connection();
  if (model) body.model_id = model.id;
  if (connection) body.connection_id = connection.id;
  const { job } = await workflows.generate(body);
  saveThread(job.id, { messages: [...thread.messages, { text, job: job.id }], model_id: model?.id, connection_id: connection?.id });
  sessionStorage.removeItem('studio.draft');
  go('/new', { job: job.id });
}

async function readOwn(file) {
  handOver({ name: file.name, text: await file.text() });
  go('/check');
}

/** The empty page. @param {import('../router.js').Context} c */
function blank(c) {
  const ask = composer({
    signal: c.signal, big: true, value: sessionStorage.getItem('studio.draft') ?? '', label: t('new.title'), placeholder: t('new.placeholder'),
    button: t('new.start'), send: (text) => start({ messages: [] }, text),
  });
  ask.box.addEventListener('input', () => sessionStorage.setItem('studio.draft', ask.box.value));
  const own = /** @type {HTMLInputElement} */ (h('input.sr', { type: 'file', accept: '.yml,.yaml,.json', onchange: () => own.files[0] && readOwn(own.files[0]) }));
  const noModel = h('div.note.warn', { hidden: true }, icon('alert'), h('div.grow', t('home.no_model')), h('a.btn.small', { href: '#/models' }, t('models.add')));
  const sync = () => { noModel.hidden = state.models.length > 0; };
  state.loadModels(c.signal).then(sync, () => {});
  fill(c.root, h('div.page.slim.blank', h('div.stack.hair', h('h1.display', t('new.title')), h('p.soft', t('new.lead'))), noModel, ask.el,
    h('div.examples', h('h2.meta', t('new.examples')), h('div.example-grid', examples().map((e) => h('button.example', { onclick: () => { ask.set(e.prompt); ask.box.dispatchEvent(new Event('input')); } }, h('strong', e.title), h('span', e.prompt))))),
    h('label.meta.own', icon('file', 16), t('new.own'), own)));
  ask.box.focus();
}

/** Conversation at the left, graph at the right. */
class Studio {
  /** @param {import('../router.js').Context} c @param {string} jobId */
  constructor(c, jobId) {
    this.c = c;
    this.id = jobId;
    this.thread = loadThread(jobId) ?? { messages: [] };
    this.job = null;
    this.view = new GraphView({ signal: c.signal });
    this.model = state.models.find((m) => m.id === this.thread.model_id)?.name ?? state.model()?.name ?? t('fact.model');
    this.phases = new Phases(c.signal, this.model);
    this.talk = h('div.talk', { role: 'log' });
    this.foot = h('div.talk-foot');
    this.head = h('div.studio-head');
    fill(c.root, h('div.page.fill.studio-page', h('div.studio', h('section.side', { 'aria-label': t('new.talk') }, this.talk, this.foot), h('section.board', { 'aria-label': t('graph.label') }, this.head, this.view.el))));
    this.messages();
    this.working();
    events.on('generate', (d) => { if (d.job_id === jobId) this.progress(d.phase, d.nodes); }, c.signal);
    watchJob(jobId, (job) => this.update(job), c.signal);
  }

  messages() {
    const list = this.thread.messages.length ? this.thread.messages : promptOf(this.job) ? [{ text: promptOf(this.job) }] : [];
    this.answer = h('div.answer');
    fill(this.talk, list.map((m) => h('div.bubble', m.text)), this.answer);
  }

  progress(phase, nodes) {
    if (this.job && isOver(this.job.state)) return;
    this.phases.state = 'running';
    this.phases.step(phase, nodes?.length);
    if (nodes?.length) { this.view.showStream(nodes); this.wait.hidden = true; }
  }

  working() {
    const cancel = h('button.btn', { onclick: action(() => jobs.cancel(this.id)) }, icon('stop', 16), t('cancel'));
    this.wait = h('div.board-wait', h('div.ghost'), h('div.ghost'), h('div.ghost'));
    this.view.el.append(this.wait);
    fill(this.answer, this.phases.el, this.phases.say);
    fill(this.foot, h('div.row.between', h('span.meta', t('new.safe')), cancel));
    fill(this.head, h('h1.grow.soft', t('new.working')));
  }

  /** @param {import('../types.js').Job|null} job */
  update(job) {
    if (!job) { this.gone(); return; }
    const first = !this.job;
    this.job = job;
    if (first && !this.thread.messages.length && promptOf(job)) { this.thread.messages = [{ text: promptOf(job), job: job.id }]; this.messages(); this.working(); }
    this.phases.job(job);
    if (job.state === 'succeeded') this.done(job.result);
    else if (isOver(job.state)) this.failed(job);
    else this.progress(job.progress?.phase, job.progress?.nodes);
  }

  gone() {
    fill(this.answer, h('div.note.warn', icon('alert'), h('div', t('new.gone'))));
    this.wait.remove();
    this.again('');
  }

  /** The box under the talk: type on to change the workflow. */
  again(value) {
    const ask = composer({
      signal: this.c.signal, value, label: t('new.change'), placeholder: this.thread.messages.length && !value ? t('new.change.placeholder') : t('new.placeholder'), button: t('new.send'),
      send: (text) => start(value ? { messages: this.thread.messages.slice(0, -1) } : this.thread, text),
    });
    fill(this.foot, ask.el);
    return ask;
  }

  done(result) {
    this.wait.remove();
    const shown = result?.dsl && this.view.show(result.dsl);
    if (!shown) { this.failed({ ...this.job, state: 'failed', error: { code: 'no_graph', message: t('graph.none') } }); return; }
    this.view.setFindings(result.findings ?? []);
    const jump = (id) => this.view.select(id, { focus: true });
    fill(this.answer, this.phases.folded(this.job.finished_at - this.phases.began), doneParts(result, { model: state.models.find((m) => m.id === result.model_id)?.name ?? this.model, nodes: this.view.graph.nodes.size, jump }));
    this.again('');
    this.drawHead(result);
  }

  drawHead(result) {
    const name = /** @type {HTMLInputElement} */ (h('input.title-input', { value: this.thread.name ?? result.name ?? result.dsl.app?.name ?? '', 'aria-label': t('workflow.name'), maxlength: 120 }));
    name.addEventListener('change', () => { this.thread.name = name.value.trim(); saveThread(this.id, this.thread); });
    const more = menuButton('button.btn.icon', { 'aria-label': t('more') }, icon('more'), () => [
      { label: t('new.keep'), icon: 'file', run: () => this.put(result, name.value, false, '').catch((e) => toast(e.message, { tone: 'error' })) },
      { label: t('download.json'), icon: 'download', run: () => download(`${fileName(name.value)}.json`, JSON.stringify(result.dsl, null, 2), 'application/json') },
      { label: t('nav.check'), icon: 'shield', run: () => { handOver({ name: `${fileName(name.value)}.json`, text: JSON.stringify(result.dsl, null, 2) }); go('/check'); } },
      { label: t('new.fresh'), icon: 'plus', run: () => go('/new') },
    ]);
    if (this.thread.workflow_id) {
      fill(this.head, name, h('a.btn.primary', { href: `#/workflows/${this.thread.workflow_id}` }, icon('flow', 16), t('new.open')), more);
      return;
    }
    const act = (label, glyph, cls, tab) => h('button.btn', { class: cls, onclick: action(() => this.put(result, name.value, true, tab)) }, icon(glyph, 16), label);
    fill(this.head, name, act(t('run.test'), 'play', '', 'run'), act(t('deploy'), 'deploy', 'primary', ''), more);
  }

  /** Saves the workflow here and, when asked, in Dify; ends on its page. */
  async put(result, name, deploy, tab) {
    const connection = state.connection();
    const body = { dsl: result.dsl, name: name.trim() || result.name, deploy };
    if (connection) body.connection_id = connection.id;
    const made = await workflows.create(body);
    let id = made.id ?? made.job?.workflow_id;
    if (made.job) {
      const job = await jobEnd(made.job.id, this.c.signal);
      id = job?.workflow_id ?? job?.result?.id ?? id;
      if (job?.state === 'failed') toast(t('deploy.failed', { why: jobError(job.error) }), { tone: 'error', keep: true });
    }
    if (!id) return;
    this.thread.workflow_id = id;
    saveThread(this.id, this.thread);
    go(`/workflows/${id}`, tab ? { tab } : {});
  }

  failed(job) {
    this.wait.remove();
    const last = this.thread.messages.at(-1)?.text ?? promptOf(job);
    const best = job.result?.dsl ?? job.error?.dsl;
    if (best && this.view.show(best)) this.view.setFindings(job.error?.findings ?? job.result?.findings ?? []);
    const ask = this.again(last);
    const others = state.models.filter((m) => m.id !== this.thread.model_id);
    const pick = others.length ? h('span.row.wrap.chips', others.slice(0, 4).map((m) => h('button.chip', { onclick: () => { state.chooseModel(m.id); ask.el.querySelector('.btn.primary').click(); } }, m.name))) : null;
    fill(this.answer, this.phases.el, failedParts(job, {
      again: () => ask.el.querySelector('.btn.primary').click(), models: pick, onfile: readOwn, jump: (id) => this.view.select(id, { focus: true }),
      edit: best ? () => { handOver({ name: 'plan.json', text: JSON.stringify(best, null, 2) }); go('/check'); } : null,
    }));
    fill(this.head, h('h1.grow.soft', t(job.state === 'cancelled' ? 'new.cancelled' : 'new.failed')), h('button.btn', { onclick: () => go('/new') }, icon('plus', 16), t('new.fresh')));
  }
}

/** @param {import('../router.js').Context} c */
export async function mount(c) {
  const id = c.query.get('job');
  if (!id) { blank(c); return; }
  if (!state.models.length) await state.loadModels(c.signal).catch(() => {});
  new Studio(c, id);
}
