/* questions.js: what a plan would like to know, with a box for each answer; and what a person said. */
import { h } from '../dom.js';
import { t } from '../i18n/index.js';
import { icon } from '../ui/icons.js';
import { action } from '../ui/toast.js';

/** What was typed so far is kept for the tab, by job. @param {string} jobId @returns {Record<string, string>} */
function draft(jobId) {
  try {
    return JSON.parse(sessionStorage.getItem(`studio.answers.${jobId}`)) ?? {};
  } catch {
    return {};
  }
}

/**
 * @param {string} jobId the generation that asks
 * @param {string[]} questions
 * @param {(answers: {question: string, answer: string}[]) => Promise<any>} send
 */
export function questionForm(jobId, questions, send) {
  const typed = draft(jobId);
  const boxes = questions.map((q) =>
    /** @type {HTMLTextAreaElement} */ (
      h('textarea.area', { rows: 1, maxlength: 1300, 'aria-label': q, value: typed[q] ?? '', oninput: keep })
    ),
  );
  const given = () =>
    questions
      .map((question, i) => ({ question: question.slice(0, 330), answer: boxes[i].value.trim() }))
      .filter((a) => a.answer);
  const button = /** @type {HTMLButtonElement} */ (
    h('button.btn.primary.small', { type: 'submit' }, icon('send', 15), t('questions.send'))
  );
  function keep() {
    const all = Object.fromEntries(questions.map((q, i) => [q, boxes[i].value]));
    sessionStorage.setItem(`studio.answers.${jobId}`, JSON.stringify(all));
    button.disabled = !given().length;
  }
  button.disabled = !given().length;
  return h(
    'form.questions',
    {
      onsubmit: (e) => {
        e.preventDefault();
        if (given().length) action(() => send(given()))(e);
      },
    },
    h('div.row', icon('help'), h('strong', t('questions'))),
    questions.map((q, i) => h('label.stack.hair', h('span', q), boxes[i])),
    h('div.row.between', h('span.meta', t('questions.hint')), button),
  );
}

/** What a person said: a sentence, or answers. @param {import('./thread.js').Message} m */
export function bubble(m) {
  const given = () =>
    h(
      'dl.given',
      m.answers.map((a) => [h('dt', a.question), h('dd', a.answer)]),
    );
  return h('div.bubble', m.answers ? given() : m.text);
}
