/* watch.js: follows one job or run to its end: events wake it, a slow poll is the net under them. */
import { jobs, runs } from './api.js';
import { events } from './events.js';

const OVER = new Set(['succeeded', 'failed', 'cancelled', 'stopped', 'partial-succeeded']);

/** @param {string} status */
export function isOver(status) {
  return OVER.has(status);
}

/** What became of a run may stay unknown; until it has ended that says nothing. @param {any} run */
export function runOver(run) {
  return isOver(run.status) || (run.status === 'unknown' && !!run.finished_at);
}

/**
 * Reads the thing now, again on every event about it and every few seconds while it goes on.
 * @param {(signal: AbortSignal) => Promise<any>} load
 * @param {(thing: any) => boolean} over
 * @param {(thing: any) => void} fn
 * @param {string[]} types events that may concern it
 * @param {(detail: any) => boolean} concerns
 * @param {AbortSignal} signal
 */
function follow(load, over, fn, types, concerns, signal) {
  let timer = 0;
  let busy = false;
  let again = false;
  let done = false;
  const tick = async () => {
    clearTimeout(timer);
    if (done || signal.aborted) return;
    if (busy) {
      again = true;
      return;
    }
    busy = true;
    try {
      const thing = await load(signal);
      done = over(thing);
      if (!signal.aborted) fn(thing);
    } catch (e) {
      if (e.status === 404) {
        done = true;
        if (!signal.aborted) fn(null);
      }
    }
    busy = false;
    if (done || signal.aborted) return;
    timer = window.setTimeout(tick, again ? 250 : events.state === 'open' ? 8000 : 1500);
    again = false;
  };
  for (const type of types)
    events.on(
      type,
      (d) => {
        if (concerns(d)) tick();
      },
      signal,
    );
  signal.addEventListener('abort', () => clearTimeout(timer));
  tick();
}

/** @param {string} id @param {(job: import('./types.js').Job|null) => void} fn @param {AbortSignal} signal */
export function watchJob(id, fn, signal) {
  follow(
    (sig) => jobs.get(id, sig),
    (j) => isOver(j.state),
    fn,
    ['job'],
    (d) => (d.job_id || d.id) === id,
    signal,
  );
}

/** @param {string} id @param {(run: import('./types.js').Run|null) => void} fn @param {AbortSignal} signal */
export function watchRun(id, fn, signal) {
  follow(
    (sig) => runs.get(id, sig),
    runOver,
    fn,
    ['run', 'node'],
    (d) => (d.run_id || d.id) === id,
    signal,
  );
}

/** The job's end as a promise. @param {string} id @param {AbortSignal} signal @param {(job: any) => void} [onStep] */
export function jobEnd(id, signal, onStep) {
  return new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => reject(new DOMException('left', 'AbortError')));
    watchJob(
      id,
      (job) => {
        if (job && onStep) onStep(job);
        if (!job || isOver(job.state)) resolve(job);
      },
      signal,
    );
  });
}
