/* phases.js: the quiet lines that say what a generation is doing, with the times that the worker measured. */
import { h, fill } from '../dom.js';
import { t } from '../i18n/index.js';
import { bytes, duration } from '../format.js';
import { icon, turnIcon } from '../ui/icons.js';

/**
 * @typedef {Object} Phase
 * @property {string} phase
 * @property {number} round from 1; in later ones the model mends what is open
 * @property {number} at ms since the job began
 * @property {number} [ms] its length, once it is over
 * @property {number} [open] findings that it was asked to mend
 */

export class Phases {
  /** @param {AbortSignal} signal @param {string} model name of the model that is asked */
  constructor(signal, model) {
    this.model = model;
    /** @type {Phase[]} */
    this.list = [];
    this.nodes = 0;
    this.began = Date.now(); // of the job, by the clock of this browser
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

  /**
   * What the worker tells, by an event or in the job; what is older than what is shown counts for nothing.
   * @param {{phases?: Phase[], nodes?: any[], seconds?: number}|undefined} told
   */
  take(told) {
    if (!told) return;
    if (told.seconds !== undefined) this.began = Date.now() - told.seconds * 1000;
    this.nodes = Math.max(this.nodes, told.nodes?.length ?? 0);
    const list = told.phases ?? [];
    const ended = (l) => l.filter((p) => p.ms !== undefined).length;
    if (list.length < this.list.length || ended(list) < ended(this.list)) return;
    const last = list.at(-1);
    if (last && (list.length > this.list.length || !this.list.length)) this.say.textContent = this.wordsOf(last);
    this.list = list;
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
    if (!this.list.length) this.began = job.started_at || job.created_at || this.began;
    this.take(job.result?.phases ? job.result : job.progress);
    this.draw();
  }

  /** @param {Phase} p */
  wordsOf(p) {
    const again = p.phase === 'ask' && p.round > 1;
    return t(again ? 'phase.again' : `phase.${p.phase}`, { model: this.model, n: p.open ?? 0 });
  }

  /** @param {Phase} p @param {boolean} last */
  line(p, last) {
    const now = last && this.running();
    const bad = last && (this.state === 'failed' || this.state === 'cancelled');
    const ms = p.ms ?? (now ? Math.max(0, Date.now() - this.began - p.at) : undefined);
    const soFar = last && p.phase === 'ask' && this.nodes > 0 && t('phase.so_far', { n: this.nodes });
    return h(
      'li',
      { class: bad ? 'bad' : now ? 'now' : 'done' },
      icon(bad ? 'close' : now ? 'spin' : 'tick', 16),
      h('span', [this.wordsOf(p), soFar].filter(Boolean).join(' – ')),
      h('span.meta.num', ms === undefined ? '' : duration(ms)),
    );
  }

  draw() {
    const waiting = () =>
      h(
        'li.now',
        icon('clock', 16),
        h('span', t('phase.queued')),
        h('span.meta.num', duration(Math.max(0, Date.now() - this.began))),
      );
    const last = this.list.length - 1;
    fill(this.el, last < 0 ? (this.running() ? [waiting()] : []) : this.list.map((p, i) => this.line(p, i === last)));
  }
}
