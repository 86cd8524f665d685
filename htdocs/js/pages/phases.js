/* phases.js: the quiet lines that say what generation is doing, with times. */
import { h, fill } from '../dom.js';
import { t } from '../i18n/index.js';
import { bytes, duration } from '../format.js';
import { icon, turnIcon } from '../ui/icons.js';

const ORDER = ['assemble', 'ask', 'extract', 'repair', 'validate', 'build'];

export class Phases {
  /** @param {AbortSignal} signal @param {string} model name of the model that is asked */
  constructor(signal, model) {
    this.model = model;
    this.at = -1;
    this.nodes = 0;
    this.times = new Map();
    this.began = Date.now();
    this.state = 'queued';
    this.el = h('ul.phases', { 'aria-live': 'off' });
    this.say = h('p.sr', { role: 'status' });
    this.words = h('div.thought-words');
    this.size = h('span.meta.num');
    const title = h('summary', turnIcon(), icon('spark', 16), h('span', t('thinking')), this.size);
    this.thought = h('details.thought', { hidden: true }, title, this.words);
    const timer = setInterval(() => {
      if (this.running()) this.draw();
    }, 1000);
    signal.addEventListener('abort', () => clearInterval(timer));
    this.draw();
  }

  running() {
    return this.state === 'queued' || this.state === 'running';
  }

  /** @param {string|undefined} phase @param {number} [nodes] */
  step(phase, nodes) {
    if (nodes) this.nodes = Math.max(this.nodes, nodes);
    const i = phase === 'done' ? ORDER.length : ORDER.indexOf(phase === 'read' ? 'extract' : (phase ?? ''));
    if (i > this.at) {
      if (this.at >= 0) this.times.set(this.at, Date.now() - this.began); // what went by unseen has no time
      this.at = i;
      if (phase && i < ORDER.length) this.say.textContent = t(`phase.${phase}`, { model: this.model });
    }
    this.draw();
  }

  /** What the model thinks meanwhile, apart from its answer. @param {{bytes: number, tail: string}|undefined} thought */
  think(thought) {
    if (!thought) return;
    this.thought.hidden = false;
    this.size.textContent = bytes(thought.bytes);
    this.words.textContent = (thought.bytes > thought.tail.length * 3 ? '… ' : '') + thought.tail;
    this.words.scrollTop = this.words.scrollHeight;
  }

  /** All of it folded into one line, for when it is over. @param {number} ms */
  folded(ms) {
    return h(
      'details.phases-done',
      h('summary', turnIcon(), icon('okay', 16), h('strong', t('phase.all', { time: duration(ms) }))),
      this.el,
    );
  }

  /** @param {import('../types.js').Job} job */
  job(job) {
    this.state = job.state;
    this.began = job.started_at || job.created_at || this.began;
    this.step(job.state === 'succeeded' ? 'done' : job.progress?.phase, job.progress?.nodes?.length);
  }

  draw() {
    const elapsed = Math.max(0, Date.now() - this.began);
    const last = this.state === 'failed' || this.state === 'cancelled' ? this.at : ORDER.length;
    const shown = this.at < 0 ? 1 : Math.min(this.at + 1, ORDER.length);
    const lines = [];
    if (this.at < 0 && this.running())
      lines.push(h('li.now', icon('clock', 16), h('span', t('phase.queued')), h('span.meta.num', duration(elapsed))));
    for (let i = 0; i < shown && this.at >= 0; i++) {
      const done = i < this.at;
      const bad = !done && i === last && !this.running();
      const words = [
        t(`phase.${ORDER[i]}`, { model: this.model }),
        i === 1 && this.nodes > 0 && t('phase.so_far', { n: this.nodes }),
      ]
        .filter(Boolean)
        .join(' – ');
      lines.push(
        h(
          'li',
          { class: done ? 'done' : bad ? 'bad' : 'now' },
          icon(done ? 'tick' : bad ? 'close' : 'spin', 16),
          h('span', words),
          h(
            'span.meta.num',
            done ? (this.times.has(i) ? duration(this.times.get(i)) : '') : this.running() ? duration(elapsed) : '',
          ),
        ),
      );
    }
    fill(this.el, lines);
  }
}
