/* editor.js: a box for code with line numbers and marks at the lines that something is wrong with. */
import { h, fill } from '../dom.js';

const LINE = 19; // px, as in controls.css

/** @typedef {{line: number, tier: string, text: string}} Mark */

/** @param {{label: string, value: string, oninput: (text: string) => void}} o */
export function editor(o) {
  const box = /** @type {HTMLTextAreaElement} */ (
    h('textarea.editor-box', { 'aria-label': o.label, spellcheck: 'false', autocapitalize: 'off', wrap: 'off' })
  );
  const numbers = h('div.editor-lines', { 'aria-hidden': 'true' });
  const gutter = h('div.editor-gutter', numbers);
  /** @type {Mark[]} */
  let marks = [];
  box.value = o.value;

  function draw() {
    const worst = new Map();
    for (const m of marks)
      worst.set(m.line, worst.has(m.line) ? [worst.get(m.line)[0], `${worst.get(m.line)[1]}\n${m.text}`] : [m.tier, m.text]);
    const count = box.value.split('\n').length;
    fill(
      numbers,
      Array.from({ length: count }, (_, i) => {
        const [tier, text] = worst.get(i + 1) ?? [];
        return h('div', { class: tier ? `marked tier-${tier}` : '', title: text ?? null }, String(i + 1));
      }),
    );
    scroll();
  }
  function scroll() {
    numbers.style.transform = `translateY(${-box.scrollTop}px)`;
  }
  box.addEventListener('scroll', scroll);
  box.addEventListener('input', () => {
    draw();
    o.oninput(box.value);
  });
  draw();
  return {
    el: h('div.editor', gutter, box),
    box,
    text: () => box.value,
    /** Another text, as if it had been typed. @param {string} text */
    set(text) {
      box.value = text;
      draw();
      o.oninput(text);
    },
    /** Worst first. @param {Mark[]} list */
    mark(list) {
      marks = list;
      draw();
    },
    /** Selects a line and brings it into sight. @param {number} line from 1 */
    show(line) {
      const lines = box.value.split('\n');
      const at = lines.slice(0, line - 1).reduce((n, l) => n + l.length + 1, 0);
      box.focus();
      box.setSelectionRange(at, at + (lines[line - 1]?.length ?? 0));
      box.scrollTop = Math.max(0, (line - 4) * LINE);
    },
  };
}
