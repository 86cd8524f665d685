/* save.js: keeps a DSL here and, when asked, creates it in Dify. */
import { h } from '../dom.js';
import { t, tOr } from '../i18n/index.js';
import { workflows } from '../api.js';
import { state } from '../state.js';
import { jobEnd } from '../watch.js';
import { toast } from '../ui/toast.js';
import { jobError } from './job-words.js';

/** What Dify made otherwise, in words. @param {any} x a text of an older studio, or {code, message, ...} */
const remarkText = (x) => (typeof x === 'string' ? x : tOr(`deploy.note.${x.code}`, x.message, x));

/** What Dify remarked at a deployment as a list, null for nothing. @param {any} job */
export function remarkList(job) {
  const remarks = [...(job?.result?.notes ?? []), ...(job?.result?.differences ?? [])];
  if (!remarks.length) return null;
  return h(
    'ul.bullets',
    remarks.slice(0, 8).map((x) => h('li.wrap-any', remarkText(x))),
  );
}

/** Tells how a deployment ended, with what Dify remarked. @param {any} job @param {string} name */
export function tellDeployed(job, name) {
  if (job?.state !== 'succeeded') {
    toast(t('deploy.failed', { name, why: jobError(job?.error) }), { tone: 'error', keep: true });
    return;
  }
  const list = remarkList(job);
  const words = h('div', t(list ? 'deploy.remarks' : 'deploy.done', { name }), list);
  toast(words, { tone: 'ok', keep: !!list });
}

/**
 * The workflow's id as soon as it is kept, then waits for Dify; a refusal is told, the workflow stays.
 * @param {{dsl: any, name: string, deploy: boolean, prompt?: string}} what
 * @param {AbortSignal} signal
 * @param {(id: string) => void} [kept]
 * @returns {Promise<string|undefined>}
 */
export async function saveWorkflow(what, signal, kept) {
  /** @type {any} */
  const body = { ...what };
  if (!body.prompt) delete body.prompt;
  const connection = state.connection();
  if (connection && what.deploy) body.connection_id = connection.id;
  const made = await workflows.create(body);
  const id = made.id ?? made.job?.workflow_id;
  if (id) kept?.(id);
  if (!made.job) return id;
  const job = await jobEnd(made.job.id, signal);
  if (job) await (await import('./mapping.js')).settleDeploy(job, what.name, signal);
  return job?.workflow_id ?? id;
}
