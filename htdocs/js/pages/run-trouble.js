/* run-trouble.js: what is in the way of a run while it goes on - Dify is away, or asks to be left alone. */
import { h, fill } from '../dom.js';
import { jobs } from '../api.js';
import { events } from '../events.js';
import { isOver, runOver } from '../watch.js';
import { icon } from '../ui/icons.js';
import { troubleText } from './job-words.js';

export class RunTrouble {
  /** @param {{signal: AbortSignal, changed?: () => void}} o */
  constructor(o) {
    this.o = o;
    /** @type {string|null} */ this.job = null;
    this.el = h('div', { role: 'status' });
    events.on('job', (d) => this.tell(d), o.signal);
  }

  /** The run as it is now; its job is asked once. @param {any} run */
  follow(run) {
    if (runOver(run)) {
      this.job = null;
      fill(this.el);
    } else if (run.job_id && run.job_id !== this.job) {
      this.job = run.job_id;
      jobs.get(run.job_id, this.o.signal).then((job) => this.tell(job), () => {});
    }
  }

  /** @param {any} job */
  tell(job) {
    if (job.id !== this.job) return;
    const words = !isOver(job.state) && troubleText(job.progress);
    fill(this.el, words && h('div.note.warn', icon('alert'), h('div.grow.wrap-any', words)));
    this.o.changed?.();
  }
}
