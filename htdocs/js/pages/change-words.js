/* change-words.js: what an edit did and what of it a person must agree to, in words. */
import { h } from '../dom.js';
import { t } from '../i18n/index.js';
import { icon } from '../ui/icons.js';
import { confirm } from '../ui/dialog.js';
import { diffLines } from './version-compare.js';

const MOST_NAMES = 12;

/** "+ a, − b, ~ c" @param {any} part */
function names(part) {
  return [
    ...(part.added ?? []).map((n) => `+ ${n}`),
    ...(part.removed ?? []).map((n) => `− ${n}`),
    ...(part.changed ?? []).map((n) => `~ ${n}`),
  ].join(', ');
}

/** One reason in a sentence that names what would go. @param {any} reason */
export function consentText(reason) {
  if (reason.code !== 'removes_many') return t(`edit.consent.${reason.code}`, { names: names(reason) });
  const list = reason.nodes.map((n) => n.title || n.id);
  const more = list.length > MOST_NAMES ? `, … (${list.length})` : '';
  return t('edit.consent.removes_many', {
    n: reason.removed,
    of: reason.of,
    names: list.slice(0, MOST_NAMES).join(', ') + more,
  });
}

/** True when there is nothing to agree to, or a person does. @param {any[]|undefined} reasons */
export async function agreed(reasons) {
  if (!reasons?.length) return true;
  const list = h(
    'span.consent-list',
    reasons.map((r) => h('span', consentText(r))),
  );
  return !!(await confirm({ title: t('edit.consent'), text: list, confirm: t('edit.consent.yes') }));
}

/** Titles by id, of nodes before and after. @param {any} edit @param {any} dsl */
function titlesOf(edit, dsl) {
  const titles = new Map();
  for (const from of [edit.origin, edit.dsl, dsl])
    for (const n of from?.workflow?.graph?.nodes ?? []) titles.set(String(n.id), n.data?.title || String(n.id));
  return titles;
}

const stepsOf = (op) => [op.steps ?? op.node ?? op.step].flat().filter((s) => s && typeof s === 'object');

/** What is done and to what, by the operation's name; names are those of edit.h. */
const WORDS = {
  add: (op, name) => ({
    what: stepsOf(op)
      .map((s) => name(s.id))
      .join(', '),
    at: name(op.before ?? op.after ?? op.in),
    key: op.before ? 'add_before' : op.after ? 'add_after' : 'add_in',
  }),
  remove: (op, name) => ({ what: name(op.node ?? op.id) }),
  change: (op, name) => ({
    what: name(op.node ?? op.id),
    fields: Object.keys(op.fields ?? { [op.field ?? '…']: 1 }).join(', '),
  }),
  set: (op, name) => ({ key: 'change', what: name(op.node ?? op.id), fields: op.path }),
  move: (op, name) => ({
    what: name(op.node ?? op.id),
    at: name(op.before ?? op.after),
    key: op.before ? 'move_before' : 'move_after',
  }),
  rename: (op, name) => ({ what: name(op.node ?? op.id), to: op.to }),
  connect: (op, name) => ({ what: name(op.from), at: op.to ? name(op.to) : '–' }),
  add_branch: (op, name) => {
    const branch = op.branch ?? op.case ?? op.class ?? op.action ?? {};
    return { what: branch.name ?? branch.title ?? '', at: name(op.node ?? op.id) };
  },
  remove_branch: (op, name) => ({
    what: String(op.branch ?? op.case ?? op.class ?? op.action),
    at: name(op.node ?? op.id),
  }),
  add_input: (op) => ({ what: op.input?.label || op.input?.name }),
  change_input: (op) => ({ what: op.name }),
  remove_input: (op) => ({ what: op.name }),
  add_output: (op) => ({ what: op.output?.name }),
  change_output: (op) => ({ what: op.name, from: op.from ?? op.output?.from ?? op.to }),
  remove_output: (op) => ({ what: op.name }),
  set_variable: (op) => ({ what: op.variable?.name }),
  workflow: (op) => ({ fields: Object.keys(op.fields ?? {}).join(', ') }),
};

/** The operations as sentences. @param {any[]|undefined} operations @param {Map<string, string>} titles */
function operationList(operations, titles) {
  const name = (id) => titles.get(String(id)) ?? String(id);
  const lines = (operations ?? []).filter((op) => WORDS[op?.op]);
  if (!lines.length) return null;
  return h(
    'ul.bullets.edit-words',
    lines.map((op) => {
      const { key, ...words } = WORDS[op.op](op, name);
      return h('li.wrap-any', t(`edit.op.${key ?? op.op}`, words));
    }),
  );
}

/** What an edit says of itself: a sentence, its changes, what must be agreed to. @param {any} edit the request's @param {any} result */
export function editParts(edit, result) {
  return [
    result.summary && h('p.edit-said.wrap-any', result.summary),
    operationList(result.operations, titlesOf(edit, result.dsl)),
    differences(result.diff),
    (result.consent ?? []).map((r) => h('div.note.warn', icon('alert'), h('div.grow.wrap-any', consentText(r)))),
  ];
}

/** Every difference, one a line, behind one line. @param {any} diff the server's */
function differences(diff) {
  const list = diff ? diffLines(diff) : [];
  if (!list.length) return null;
  return h('details.diff-words', h('summary', t('diff.words', { n: list.length })), h('ol.diff-lines', list));
}

/** What the model would like to know. @param {any} result */
export function questions(result) {
  if (!result.questions?.length) return null;
  return h(
    'div.note.accent',
    icon('help'),
    h(
      'div.grow',
      h('strong', t('questions')),
      h(
        'ul.bullets',
        result.questions.map((q) => h('li', String(q))),
      ),
    ),
  );
}
