/* start.js: the two ways into the studio - a sentence, or a file of one's own. */
import { workflows } from '../api.js';
import { state } from '../state.js';
import { go } from '../router.js';
import { saveThread, combined } from './thread.js';
import { handOver } from './handoff.js';

/** Starts a generation and moves to its page. @param {import('./thread.js').Thread} thread @param {string} text */
export async function start(thread, text) {
  const body = { prompt: thread.messages.length ? combined(thread.messages, text) : text };
  const engine = state.engine();
  const model = engine === 'studio' ? state.model() : null;
  const connection = state.connection();
  if (engine === 'dify') body.engine = engine;
  if (model) body.model_id = model.id;
  if (connection) body.connection_id = connection.id;
  const { job } = await workflows.generate(body);
  saveThread(job.id, {
    messages: [...thread.messages, { text, job: job.id }],
    engine,
    model_id: model?.id,
    connection_id: connection?.id,
  });
  sessionStorage.removeItem('studio.draft');
  go('/new', { job: job.id });
}

/**
 * Changes what a generation or an edit made; once it was saved, the workflow itself.
 * @param {import('./thread.js').Thread} thread @param {string} parent that job @param {string} text
 */
export async function change(thread, parent, text) {
  const model = state.model();
  const ask = { text, ...(model && { model_id: model.id }) };
  if (thread.workflow_id) {
    const { job } = await workflows.edit(thread.workflow_id, ask);
    go(`/workflows/${thread.workflow_id}`, { edit: job.id });
    return;
  }
  const { job } = await workflows.editUnsaved({ ...ask, job_id: parent });
  saveThread(job.id, {
    ...thread,
    messages: [...thread.messages, { text, job: job.id }],
    engine: 'studio',
    model_id: model?.id,
    accepted: false,
  });
  go('/new', { job: job.id });
}

/**
 * Answers what a plan asked: the model writes it once more, with the answers.
 * @param {import('./thread.js').Thread} thread @param {string} parent the generation that asked
 * @param {{question: string, answer: string}[]} answers
 */
export async function answer(thread, parent, answers) {
  const model = state.model();
  const body = { parent, answers, ...(model && { model_id: model.id }) };
  const { job } = await workflows.generate(body);
  saveThread(job.id, {
    ...thread,
    messages: [...thread.messages, { text: '', answers, job: job.id }],
    engine: 'studio',
    model_id: model?.id,
    workflow_id: undefined,
  });
  sessionStorage.removeItem(`studio.answers.${parent}`);
  go('/new', { job: job.id });
}

/** @param {File} file */
export async function readOwn(file) {
  handOver({ name: file.name, text: await file.text() });
  go('/check');
}
