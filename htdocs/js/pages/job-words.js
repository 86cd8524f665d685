/* job-words.js: what a job is called and where its outcome can be seen. */
import { t, tOr } from '../i18n/index.js';
import { href } from '../router.js';
import { clock, oneLine } from '../format.js';
import { errorText } from '../graph/panel.js';
import { loadThread } from './thread.js';

/** What was asked of a model, by job, as far as it was seen. @type {Map<string, string>} */
const asks = new Map();

/** @param {{id: string, request: string}[]} list */
export function learnAsks(list) {
  for (const g of list) asks.set(g.id, g.request);
}

/** Names of workflows by id, as far as they were seen. @type {Map<string, string>} */
const names = new Map();

/** @param {{id: string, name: string}[]} list */
export function learnNames(list) {
  for (const w of list) names.set(w.id, w.name);
}

/** @param {import('../types.js').Job} job */
export function jobTitle(job) {
  const kind = tOr(`job.${job.kind}`, job.kind);
  const asked = /** @type {any} */ (job).request?.prompt ?? asks.get(job.id) ?? loadThread(job.id)?.messages.at(-1)?.text;
  const name = names.get(job.workflow_id ?? '') || job.result?.name || (asked && oneLine(asked, 80));
  return name ? `${kind}: ${name}` : kind;
}

/** Where a click leads, or null. @param {any} job */
export function jobLink(job) {
  if (job.kind === 'generate' && job.workflow_id) return href(`/workflows/${job.workflow_id}`, { edit: job.id });
  if (job.kind === 'test_run') return job.request?.generation ? href('/new', { job: job.request.generation }) : null;
  if (job.kind === 'generate') return href('/new', { job: job.id });
  if (job.kind === 'import_apps')
    return href('/import', { connection: job.request?.connection_id, job: job.id });
  if (job.kind === 'run' && job.workflow_id)
    return href(`/workflows/${job.workflow_id}`, { tab: 'runs', run: job.result?.run_id || job.run_id || null });
  if (job.workflow_id) return href(`/workflows/${job.workflow_id}`);
  if (/upload|forward/.test(job.kind)) return href('/knowledge');
  return null;
}

/** Phase, percent and what is in the way, in words. @param {any} progress */
export function progressText(progress) {
  return [phaseText(progress), troubleText(progress)].filter(Boolean).join(' · ');
}

/** Phase and percent. @param {any} progress */
export function phaseText(progress) {
  if (!progress) return '';
  const phase = progress.phase ? tOr(`phase.${progress.phase}`, progress.phase, { model: t('fact.model') }) : '';
  const pct = typeof progress.percent === 'number' ? `${Math.round(progress.percent)} %` : '';
  return [phase, pct].filter(Boolean).join(' · ');
}

/** What is in the way and what is done about it, '' for nothing. @param {any} progress */
export function troubleText(progress) {
  if (!progress?.trouble) return '';
  const code = progress.trouble_code ?? '';
  const known = tOr(`trouble.${code}`, tOr(`error.${code}`, ''));
  const why = (known || progress.trouble).replace(/[.。]$/, '');
  const again = progress.again_at ? t('trouble.again', { time: clock(progress.again_at) }) : t('connection.retrying');
  return t('trouble.told', { why, again });
}

/** Codes whose message says something of the other side that our words can't. */
const QUOTED = new Set([
  'dify_refused',
  'dify_auth',
  'dify_unreachable',
  'run_refused',
  'run_not_started',
  'engine_failed',
  'engine_model',
  'model_broken',
  'model_busy',
  'model_context',
  'model_key',
  'model_quota',
  'model_refused',
  'model_timeout',
  'model_trouble',
  'model_unknown',
  'model_unreachable',
  'input_invalid',
  'file_refused',
]);

/** Why it failed, in words. @param {any} error */
export function jobError(error) {
  if (!error) return '';
  if (typeof error === 'string') return error;
  const why = reasonOf(error);
  const ours = tOr(`error.${why}`, '');
  const theirs = error.message || error.detail || '';
  if (!ours) return theirs || why || t('status.failed');
  return theirs && QUOTED.has(why) ? t('error.quote', { ours: ours.replace(/[.。]$/, ''), theirs }) : ours;
}

/** Why a run failed: in our words where it came to no end in Dify, else in Dify's. @param {any} run */
export function runError(run) {
  return run.error_code ? jobError({ code: run.error_code, message: run.error }) : errorText(run.error);
}

/** The most telling code of an error. @param {any} error */
export function reasonOf(error) {
  return error?.reason ?? error?.code ?? '';
}
