/* title.js: a heading that is edited in place - Enter keeps, Esc brings the old text back. */
import { h } from '../dom.js';
import { t } from '../i18n/index.js';

/**
 * @param {{value: string, readonly?: boolean, onchange: (text: string) => void}} o
 * @returns {{el: HTMLElement, input: HTMLInputElement}}
 */
export function titleField(o) {
  let before = o.value;
  const words = h('span.sr', o.value);
  const input = /** @type {HTMLInputElement} */ (
    h('input.title-input', { value: o.value, 'aria-label': t('workflow.name'), maxlength: 120, readonly: o.readonly })
  );
  input.addEventListener('keydown', (e) => {
    if (e.key === 'Escape') input.value = before;
    if (e.key === 'Escape' || e.key === 'Enter') input.blur();
  });
  input.addEventListener('change', () => {
    const text = input.value.trim();
    input.value = text || before;
    if (!text || text === before) return;
    before = text;
    words.textContent = text;
    o.onchange(text);
  });
  return { el: h('h1.title-slot', words, input), input };
}
