/* drop.js: a place to drop files, which is also a button that opens the file chooser. */
import { h } from '../dom.js';
import { icon } from './icons.js';

/**
 * @param {{label: string|Node, hint?: string, accept?: string, multiple?: boolean, compact?: boolean, icon?: string,
 *   onfiles: (files: File[]) => void}} o
 */
export function dropZone(o) {
  const input = /** @type {HTMLInputElement} */ (
    h('input.sr', { type: 'file', accept: o.accept, multiple: o.multiple })
  );
  const give = (list) => {
    const files = [...list];
    if (files.length) o.onfiles(o.multiple ? files : files.slice(0, 1));
  };
  input.addEventListener('change', () => {
    give(input.files);
    input.value = '';
  });
  const el = h(
    'label.drop',
    { class: o.compact ? 'compact' : '' },
    icon(o.icon || 'upload', o.compact ? 20 : 28),
    h('span', h('strong', o.label), o.hint && h('div.meta', o.hint)),
    input,
  );
  let depth = 0;
  const over = (on) => {
    depth = Math.max(0, depth + (on ? 1 : -1));
    el.classList.toggle('over', depth > 0);
  };
  el.addEventListener('dragenter', (e) => {
    e.preventDefault();
    over(true);
  });
  el.addEventListener('dragleave', () => over(false));
  el.addEventListener('dragover', (e) => e.preventDefault());
  el.addEventListener('drop', (e) => {
    e.preventDefault();
    depth = 1;
    over(false);
    give(e.dataTransfer.files);
  });
  return el;
}
