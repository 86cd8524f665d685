/* chat.js: talking to a chat workflow - its conversations, and the one that goes on. */
import { h, fill, debounce } from '../dom.js';
import { t } from '../i18n/index.js';
import { runs, workflows } from '../api.js';
import { state, prefs } from '../state.js';
import { events } from '../events.js';
import { icon } from '../ui/icons.js';
import { time } from '../ui/bits.js';
import { action, errorNote } from '../ui/toast.js';
import { current } from '../router.js';
import { fileField } from './run-files.js';
import { inputForm, startVariables } from './run-inputs.js';
import { Message } from './chat-message.js';

const PAGE = 30;
/** The files of a message stand among its inputs, under a name that no input has. */
const FILES = 'sys.files';

/** A field for files, where the app takes any. @param {any} upload a feature of the app */
function filesField(upload, connection) {
  if (!upload?.enabled) return null;
  const v = { ...upload, type: 'file-list', max_length: upload.number_limits };
  return fileField(v, { label: t('chat.files'), optional: true, name: 'files', connection });
}

class Chat {
  /** @param {any} o tab context */
  constructor(o) {
    this.o = o;
    const features = o.dsl?.workflow?.features ?? {};
    this.opening = features.opening_statement || '';
    this.questions = (features.suggested_questions ?? []).filter(Boolean);
    const variables = startVariables(o.dsl);
    this.form = inputForm(variables, o.workflow.connection_id);
    this.key = `inputs.${o.workflow.id}`;
    this.form.set(prefs.json(this.key, {}));
    /** @type {string|null} */ this.talk = null;
    /** @type {Message[]} */ this.messages = [];
    this.older = null;
    this.leave = new AbortController();
    this.list = h('ul.chat-list');
    this.more = h('div');
    this.thread = h('ol.chat-thread', { role: 'log', 'aria-label': t('chat.thread') });
    this.begin = h('div.chat-begin');
    this.inputs = h('details.chat-inputs', h('summary', icon('down', 14), t('run.form')), this.form.el);
    this.inputs.hidden = !variables.length;
    this.files = filesField(features.file_upload, o.workflow.connection_id);
    this.attach = h(
      'button.btn.quiet.icon',
      { type: 'button', hidden: !this.files, 'aria-label': t('chat.attach'), title: t('chat.attach'), onclick: () => this.showFiles(this.files.el.hidden) },
      icon('plus'),
    );
    this.showFiles(false);
    this.box = /** @type {HTMLTextAreaElement} */ (
      h('textarea.area', {
        rows: 1,
        name: 'message',
        'aria-label': t('run.query'),
        placeholder: t('chat.placeholder'),
        onkeydown: (e) => {
          if (e.key !== 'Enter' || e.shiftKey || e.isComposing) return;
          e.preventDefault();
          this.go.click();
        },
      })
    );
    this.go = h('button.btn.primary', { type: 'button', onclick: action(() => this.send(this.box.value)) }, icon('send', 16), t('chat.send'));
    this.halt = h('button.btn', { type: 'button', onclick: action(() => this.stop()) }, icon('stop', 16), t('stop'));
    this.over = h('div.note.warn', { hidden: true }, icon('alert'), t('chat.over'));
    const wide = window.matchMedia('(min-width: 901px)').matches;
    const fresh = h('button.btn.small', { onclick: () => this.open(null) }, icon('plus', 15), t('chat.new'));
    o.box.classList.add('tall');
    fill(
      o.box,
      h(
        'div.chat',
        h('aside.chat-side', h('details', { open: wide }, h('summary', icon('down', 14), t('chat.talks')), this.list), fresh),
        h(
          'section.card.chat-main',
          h('div.chat-scroll', this.more, this.begin, this.thread),
          state.may('editor') && h('footer.chat-foot', this.over, this.inputs, this.files?.el, h('div.chat-say', this.attach, this.box, this.halt, this.go)),
        ),
      ),
    );
    events.on('run', debounce((d) => this.heard(d), 300), o.signal);
    o.signal.addEventListener('abort', () => this.leave.abort());
  }

  /** A message that another window sent. */
  heard(d) {
    if (d.workflow_id !== this.o.workflow.id || !this.talk) return;
    if (!this.messages.some((m) => m.run.id === d.id)) this.read().catch(() => {});
  }

  async start() {
    const wanted = current().query.get('c');
    await this.loadTalks();
    await this.open(wanted && this.talks.some((x) => x.id === wanted) ? wanted : null);
  }

  async loadTalks() {
    const page = await workflows.conversations(this.o.workflow.id, { limit: 50 }, this.o.signal);
    this.talks = page.items;
    this.drawTalks();
  }

  drawTalks() {
    fill(
      this.list,
      this.talks.map((x) =>
        h(
          'li',
          h(
            'button.chat-talk',
            { 'aria-current': x.id === this.talk ? 'true' : null, onclick: action(() => this.open(x.id)) },
            h('span.clip', x.title),
            h('span.meta', time(x.created_at)),
          ),
        ),
      ),
      !this.talks.length && h('li.soft', t('chat.none')),
    );
  }

  /** @param {string|null} id null: a new conversation */
  async open(id) {
    this.leave.abort();
    this.leave = new AbortController();
    this.talk = id;
    this.messages = [];
    this.older = null;
    this.o.page.setQuery({ c: id ?? '' });
    this.drawTalks();
    this.draw();
    this.inputs.open = !id;
    if (id) await this.read();
    else this.box.focus();
  }

  /** What was said in this conversation, the newest part of it. */
  async read() {
    const { talk } = this;
    try {
      const page = await runs.list({ conversation_id: talk, limit: PAGE }, this.leave.signal);
      if (talk !== this.talk) return;
      const known = new Map(this.messages.map((m) => [m.run.id, m]));
      this.messages = page.items.reverse().map((run) => known.get(run.id) ?? this.message(run));
      this.older = page.next;
      if (this.messages[0]) this.form.set(this.messages[0].run.inputs);
      this.draw();
    } catch (error) {
      if (error.name !== 'AbortError')
        fill(
          this.more,
          errorNote(error, () => this.read()),
        );
    }
  }

  async readOlder() {
    const page = await runs.list({ conversation_id: this.talk, after: this.older, limit: PAGE }, this.leave.signal);
    this.messages.unshift(...page.items.reverse().map((run) => this.message(run)));
    this.older = page.next;
    this.draw(false);
  }

  message(run) {
    return new Message(run, {
      signal: this.leave.signal,
      changed: (m) => {
        this.form.adopt(m.run.inputs);
        this.marks();
        if (m === this.messages.at(-1)) this.toEnd();
      },
      retried: () => this.read(),
    });
  }

  /** @param {boolean} yes */
  showFiles(yes) {
    if (!this.files) return;
    this.files.el.hidden = !yes;
    this.attach.setAttribute('aria-expanded', String(yes));
    if (yes) this.files.input.focus();
  }

  marks() {
    const busy = this.messages.some((m) => !m.over && m.run.status !== 'paused');
    const over = !!this.talks?.find((x) => x.id === this.talk)?.over;
    this.halt.hidden = !busy;
    this.go.hidden = busy;
    this.over.hidden = !over;
    this.go.toggleAttribute('disabled', over);
  }

  draw(end = true) {
    fill(this.more, this.older && h('button.btn.quiet.small', { onclick: action(() => this.readOlder()) }, t('chat.earlier')));
    const empty = !this.messages.length && !this.talk;
    fill(
      this.begin,
      this.opening && !this.older && h('div.chat-answer', h('div.chat-text', this.opening)),
      empty && !this.opening && h('div.empty.small-empty', h('h2', t('chat.empty.title')), h('p', t('chat.empty.text'))),
      empty &&
        state.may('editor') &&
        h(
          'div.row.wrap.chat-questions',
          this.questions.map((q) => h('button.chip.btn-chip', { onclick: action(() => this.send(q)) }, q)),
        ),
    );
    fill(
      this.thread,
      this.messages.map((m) => m.el),
    );
    this.marks();
    if (end) this.toEnd();
  }

  toEnd() {
    const scroll = this.thread.parentElement;
    scroll.scrollTop = scroll.scrollHeight;
  }

  /** @param {string} words */
  async send(words) {
    const query = words.trim();
    if (!query) {
      this.box.focus();
      return;
    }
    let inputs;
    try {
      inputs = this.form.read();
    } catch (error) {
      this.inputs.open = true;
      throw error;
    }
    if (!inputs) {
      this.inputs.open = true;
      return;
    }
    prefs.set(this.key, JSON.stringify(inputs));
    const files = this.files?.value();
    if (files) inputs[FILES] = files;
    const body = { query, inputs };
    if (this.talk) body.conversation_id = this.talk;
    const answer = await workflows.run(this.o.workflow.id, body);
    if (this.box.value === words) this.box.value = '';
    this.inputs.open = false;
    this.files?.set([]);
    this.showFiles(false);
    const fresh = !this.talk;
    this.talk = answer.conversation_id;
    this.messages.push(this.message({ id: answer.run_id, query, inputs, status: 'queued', outputs: null, answer: null, error: null }));
    this.draw();
    this.box.focus();
    if (!fresh) return;
    this.o.page.setQuery({ c: this.talk });
    await this.loadTalks();
  }

  async stop() {
    const m = this.messages.find((x) => !x.over);
    if (m) await runs.stop(m.run.id);
  }
}

/** @param {any} o tab context */
export function chatTab(o) {
  return new Chat(o).start();
}
