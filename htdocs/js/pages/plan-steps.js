/* plan-steps.js: the steps of a plan as a list, with what can be done to each: move, rename, remove, add. */
import { h, fill } from '../dom.js';
import { t, tOr } from '../i18n/index.js';
import { icon } from '../ui/icons.js';
import { menuButton } from '../ui/menu.js';

const PARTS = ['cases', 'classes', 'actions', 'branches'];
const SINGLE = ['do', 'else', 'timeout', 'on_error'];
const NEW = ['llm', 'if-else', 'question-classifier', 'code', 'template-transform', 'http-request', 'knowledge-retrieval', 'iteration'];

/** The lists of steps inside of a step. @param {any} step @returns {any[][]} */
function inside(step) {
  const parts = PARTS.flatMap((key) => (Array.isArray(step[key]) ? step[key].map((p) => p?.do) : []));
  const single = SINGLE.map((key) => (Array.isArray(step[key]) ? step[key] : step[key]?.do));
  return [...parts, ...single].filter((list) => Array.isArray(list) && list.length);
}

/** Every step with its depth and the steps beside it. @param {any[]} list @param {number} [depth] */
function* walk(list, depth = 0) {
  for (let i = 0; i < list.length; i++) {
    if (!list[i]?.id) continue;
    yield { step: list[i], depth, before: list[i - 1], after: list[i + 1] };
    for (const part of inside(list[i])) yield* walk(part, depth + 1);
  }
}

/** @param {Iterable<any>} rows */
function freeId(rows) {
  const taken = new Set([...rows].map((r) => r.step.id));
  let n = taken.size + 1;
  while (taken.has(`step_${n}`)) n++;
  return `step_${n}`;
}

/** A row in which the step gets another id. */
function renameRow(step, run, back) {
  const box = /** @type {HTMLInputElement} */ (
    h('input.input', { value: step.id, 'aria-label': t('plan.rename'), maxlength: 30, pattern: '[a-z][a-z0-9_]*' })
  );
  const row = h(
    'form.row.grow',
    {
      onsubmit: (e) => {
        e.preventDefault();
        if (box.value && box.value !== step.id) run([{ op: 'rename', node: step.id, to: box.value }]);
        else back();
      },
    },
    box,
    h('button.btn.small', { type: 'submit' }, t('save')),
  );
  box.addEventListener('keydown', (e) => {
    if (e.key === 'Escape') back();
  });
  return { row, box };
}

/**
 * @param {any} plan
 * @param {{run: (operations: any[]) => void, show: (id: string) => void}} o
 */
export function stepList(plan, o) {
  const rows = [...walk(Array.isArray(plan?.steps) ? plan.steps : [])];
  const type = /** @type {HTMLSelectElement} */ (
    h(
      'select.select.bare',
      { 'aria-label': t('plan.type') },
      NEW.map((x) => h('option', { value: x }, tOr(`node.${x}`, x))),
    )
  );
  const add = () => o.run([{ op: 'add', node: { id: freeId(rows), type: type.value, title: tOr(`node.${type.value}`, type.value) } }]);
  const line = (r) => {
    const li = h('li');
    const { id } = r.step;
    const rename = () => {
      const { row, box } = renameRow(r.step, o.run, draw);
      fill(li, row);
      box.select();
    };
    function draw() {
      fill(
        li,
        h(
          'button.step-name',
          { onclick: () => o.show(id) },
          h('span.clip', r.step.title || id),
          h('code.meta', id),
        ),
        menuButton('button.btn.icon.quiet.small', { 'aria-label': t('plan.step', { id }) }, icon('more', 15), () => [
          r.before?.id && { label: t('plan.up'), run: () => o.run([{ op: 'move', node: r.before.id, after: id }]) },
          r.after?.id && { label: t('plan.down'), run: () => o.run([{ op: 'move', node: id, after: r.after.id }]) },
          { label: t('plan.rename'), icon: 'pencil', run: rename },
          { label: t('plan.remove'), icon: 'trash', tone: 'danger', run: () => o.run([{ op: 'remove', node: id }]) },
        ]),
      );
    }
    draw();
    li.classList.add(`depth-${Math.min(r.depth, 4)}`);
    return li;
  };
  return h(
    'div.stack.tight',
    h('ul.step-list', rows.map(line)),
    h('div.row', h('button.btn.small', { onclick: add }, icon('plus', 14), t('plan.add')), type),
  );
}
