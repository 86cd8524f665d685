/* thread.js: what a person typed, kept beside the job id, so that a reload or another tab shows the same conversation. */
import { prefs } from '../state.js';

const KEEP = 20;

/**
 * @typedef {Object} Thread
 * @property {{text: string, job: string}[]} messages oldest first
 * @property {string} [model_id]
 * @property {string} [connection_id]
 * @property {string} [name] changed by the person
 * @property {string} [workflow_id] once it was saved or deployed
 */

/** @param {string} jobId @returns {Thread|null} */
export function loadThread(jobId) {
  return prefs.json(`thread.${jobId}`, null);
}

/** @param {string} jobId @param {Thread} thread */
export function saveThread(jobId, thread) {
  prefs.set(`thread.${jobId}`, JSON.stringify(thread));
  const list = [jobId, ...prefs.json('threads', []).filter((x) => x !== jobId)];
  for (const old of list.splice(KEEP)) prefs.set(`thread.${old}`, null);
  prefs.set('threads', JSON.stringify(list));
}

/** The whole wish as one prompt: the first message, then what was changed since. @param {{text: string}[]} messages @param {string} change */
export function combined(messages, change) {
  const [first, ...later] = messages.map((m) => m.text);
  return [first, ...[...later, change].map((x) => `- ${x}`)].join('\n');
}

/** The prompt of a job that this browser did not start. @param {any} job */
export function promptOf(job) {
  return job?.request?.prompt || '';
}
