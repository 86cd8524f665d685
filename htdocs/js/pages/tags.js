/* tags.js: chips that can be taken off, and one small box to add another. */
import { h, fill } from '../dom.js';
import { t } from '../i18n/index.js';
import { icon } from '../ui/icons.js';

/** @param {string[]} tags @param {boolean} can @param {(tags: string[]) => void} change */
export function tagEditor(tags, can, change) {
  const el = h('div.row.wrap.tags');
  const list = [...tags];
  const give = () => {
    draw(false);
    change([...list]);
  };
  const draw = (adding) => {
    const input = /** @type {HTMLInputElement} */ (
      h('input.tag-input', { maxlength: 40, 'aria-label': t('tag.add'), placeholder: t('tag.add') })
    );
    const take = () => {
      const text = input.value.trim();
      if (text && !list.includes(text)) {
        list.push(text);
        give();
      } else draw(false);
    };
    input.addEventListener('keydown', (e) => {
      if (e.isComposing) return;
      if (e.key === 'Enter' || e.key === ',') {
        e.preventDefault();
        take();
      }
      if (e.key === 'Escape') draw(false);
    });
    input.addEventListener('blur', () => {
      if (input.isConnected) take();
    });
    fill(
      el,
      list.map((x) =>
        h(
          'span.chip',
          x,
          can &&
            h(
              'button',
              {
                'aria-label': t('tag.remove', { name: x }),
                onclick: () => {
                  list.splice(list.indexOf(x), 1);
                  give();
                },
              },
              icon('close', 12),
            ),
        ),
      ),
      can &&
        (adding
          ? input
          : h(
              'button.chip.add-tag',
              {
                onclick: () => {
                  draw(true);
                  /** @type {any} */ (el.querySelector('input')).focus();
                },
              },
              icon('tag', 13),
              t('tag.add'),
            )),
    );
  };
  draw(false);
  return el;
}
