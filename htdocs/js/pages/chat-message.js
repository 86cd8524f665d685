/* chat-message.js: what was said to a chat, its answer as it comes, and what each step did. */
import { h, fill } from '../dom.js';
import { t } from '../i18n/index.js';
import { runs } from '../api.js';
import { state } from '../state.js';
import { watchRun, runOver } from '../watch.js';
import { count, duration } from '../format.js';
import { icon } from '../ui/icons.js';
import { statusBadge } from '../ui/badge.js';
import { copyButton } from '../ui/bits.js';
import { action } from '../ui/toast.js';
import { runError } from './job-words.js';
import { Timeline } from './timeline.js';
import { pausedNote } from './paused.js';
import { RunTrouble } from './run-trouble.js';

/** The answer of a run: whole when it is over, else as far as it has come. @param {any} run */
export function answerOf(run) {
  const whole = run.outputs?.answer;
  return (runOver(run) && typeof whole === 'string' ? whole : run.answer) ?? '';
}

export class Message {
  /**
   * @param {any} run as a list or the answer to a POST has it
   * @param {{signal: AbortSignal, changed: (m: Message) => void, retried: (runId: string) => void}} o
   */
  constructor(run, o) {
    this.o = o;
    this.run = run;
    this.line = new Timeline({});
    this.answer = h('div.chat-text');
    this.note = h('div.stack.tight');
    this.meta = h('div.row.wrap.chat-meta');
    this.steps = h(
      'details.chat-steps',
      { ontoggle: () => this.steps.open && this.load() },
      h('summary', icon('down', 14), t('run.timeline')),
      this.line.el,
    );
    const said = h('div.chat-said', h('span.sr', t('chat.you')), run.query);
    const files = (run.inputs?.['sys.files'] ?? []).map((f) => h('span.chip', icon('file', 14), f.name ?? f.url ?? f.upload_file_id));
    this.el = h('li', said, files.length > 0 && h('div.row.wrap.chat-sent', files), h('div.chat-answer', h('span.sr', t('chat.app')), this.answer, this.note, this.meta, this.steps));
    this.draw();
    if (!runOver(run)) this.watch();
  }

  get over() {
    return runOver(this.run);
  }

  watch() {
    const trouble = new RunTrouble({ signal: this.o.signal, changed: () => this.o.changed(this) });
    this.note.after(trouble.el);
    watchRun(
      this.run.id,
      (run) => {
        if (!run) return;
        this.run = run;
        trouble.follow(run);
        this.draw();
        this.o.changed(this);
      },
      this.o.signal,
    );
  }

  async load() {
    if (!this.run.nodes) {
      try {
        this.run = await runs.get(this.run.id, this.o.signal);
      } catch {
        return; // opening it again tries again
      }
    }
    this.draw();
  }

  draw() {
    const { run } = this;
    const text = answerOf(run);
    const nodes = run.nodes ?? [];
    const busy = nodes.findLast((n) => n.status === 'running');
    fill(this.answer, text);
    this.answer.hidden = !text;
    fill(
      this.note,
      run.error && h('div.note.error', { role: 'alert' }, icon('fail'), h('div.grow.wrap-any', runError(run))),
      run.status === 'paused' && pausedNote(run),
      !this.over &&
        run.status !== 'paused' &&
        h('div.row.meta', h('span.turning', icon('spin', 15)), busy?.title || t(run.status === 'queued' ? 'status.queued' : 'chat.thinking')),
    );
    fill(
      this.meta,
      this.over && run.status !== 'succeeded' && statusBadge(run.status),
      run.elapsed_ms > 0 && h('span.meta.num', duration(run.elapsed_ms)),
      run.total_tokens > 0 && h('span.meta.num', t('tokens.n', { n: count(run.total_tokens) })),
      this.over && text && copyButton(text),
      this.over &&
        run.status !== 'succeeded' &&
        state.may('editor') &&
        h(
          'button.btn.quiet.small',
          { onclick: action(async () => this.o.retried((await runs.retry(run.id)).run_id)) },
          icon('refresh', 15),
          t('retry'),
        ),
    );
    if (this.steps.open) this.line.draw(nodes, h('li.soft', t('run.waiting')));
  }
}
