/* thread.js: what a person typed, kept beside the job id; what this browser does not know it reads from the jobs. */
import { jobs } from '../api.js';
import { prefs } from '../state.js';

const KEEP = 20;

/**
 * @typedef {Object} Message
 * @property {string} text
 * @property {string} [job] the generation that it began
 * @property {{question: string, answer: string}[]} [answers] in the place of a text
 *
 * @typedef {Object} Thread
 * @property {Message[]} messages oldest first
 * @property {string} [model_id]
 * @property {string} [engine] "dify": the generator of that Dify, not a model of the studio
 * @property {string} [connection_id]
 * @property {string} [name] changed by the person
 * @property {string} [workflow_id] once it was saved or deployed
 * @property {boolean} [accepted] what the last sentence changed
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

/** The whole wish as one prompt: the first message, then what was changed since. @param {Message[]} messages @param {string} [change] */
export function combined(messages, change) {
  const said = (m) => m.text || (m.answers ?? []).map((a) => `${a.question} ${a.answer}`).join('\n- ');
  const [first, ...later] = messages.map(said);
  return [first, ...[...later, change].filter(Boolean).map((x) => `- ${x}`)].join('\n');
}

/** The prompt of a job that this browser did not start. @param {any} job */
export function promptOf(job) {
  return job?.request?.prompt || '';
}

/** The conversation up to a job, from the jobs themselves. @param {any} job @param {AbortSignal} signal @returns {Promise<Message[]>} */
export async function talkOf(job, signal) {
  const { answers, edit } = job.request ?? {};
  const parent = job.request?.parent ?? edit?.parent;
  const own = { text: answers ? '' : promptOf(job), answers, job: job.id };
  if (!parent) return [own];
  const before = await jobs.get(parent, signal).catch(() => null);
  return before ? [...(await talkOf(before, signal)), own] : [{ text: promptOf(job) }, own];
}
