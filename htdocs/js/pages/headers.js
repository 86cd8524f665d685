/* headers.js: additional headers of a model's server as rows of name and value; a value that is there is never shown. */
import { h, fill } from '../dom.js';
import { t } from '../i18n/index.js';
import { icon } from '../ui/icons.js';

/** @param {Record<string, string>} known names and hints of those that are there */
export function headersField(known) {
  const rows = h('div.stack.tight');
  const line = h('div.problem', { hidden: true, role: 'alert' });
  /** @type {{name: HTMLInputElement, value: HTMLInputElement, was: string|null}[]} */
  const all = [];
  const gone = new Set();

  const add = (was) => {
    const input = (more) => h('input.input.code', { autocomplete: 'off', spellcheck: 'false', ...more });
    const row = {
      was,
      name: input({
        value: was ?? '',
        readonly: was !== null,
        placeholder: 'X-Organization',
        'aria-label': t('headers.name'),
      }),
      value: input({
        type: 'password',
        autocomplete: 'new-password',
        placeholder: was === null ? '' : known[was],
        'aria-label': t('headers.value'),
      }),
    };
    const remove = h(
      'button.btn.quiet.icon',
      {
        type: 'button',
        'aria-label': t('headers.remove', { name: was ?? '' }),
        onclick: () => {
          if (was !== null) gone.add(was);
          all.splice(all.indexOf(row), 1);
          el.remove();
        },
      },
      icon('close', 16),
    );
    const el = h('div.header-row', row.name, row.value, remove);
    all.push(row);
    rows.append(el);
    return row;
  };
  for (const name of Object.keys(known)) add(name);
  const more = h(
    'button.btn.small',
    { type: 'button', onclick: () => add(null).name.focus() },
    icon('plus', 14),
    t('headers.add'),
  );

  /** What changed, as a merge patch; undefined when nothing did. */
  const value = () => {
    const patch = Object.fromEntries([...gone].map((name) => [name, null]));
    for (const r of all) if (r.name.value.trim() && r.value.value) patch[r.name.value.trim()] = r.value.value;
    return Object.keys(patch).length ? patch : undefined;
  };
  const problem = (message) => {
    line.hidden = !message;
    fill(line, message && icon('alert', 14), message);
  };
  rows.addEventListener('input', () => problem(null));
  const hint = h('div.hint', t('headers.hint'));
  const el = h('div.field.whole', h('div.label', t('headers.title')), hint, rows, h('div', more), line);
  return { el, input: more, value, problem };
}
