/* dify-note.js: says when Dify holds something else than the current version, and what can be done about it. */
import { h } from '../dom.js';
import { t } from '../i18n/index.js';
import { workflows } from '../api.js';
import { state } from '../state.js';
import { icon } from '../ui/icons.js';
import { toast, action } from '../ui/toast.js';
import { rollBack } from './versions.js';

/** @param {any} text @param {...any} buttons */
function note(text, ...buttons) {
  return h(
    'div.note.warn',
    { role: 'status' },
    icon('alert'),
    h('div.grow.row.wrap', h('span.grow', text), h('div.row.wrap', buttons)),
  );
}

/**
 * @param {any} w the workflow
 * @param {{ compare: (a: number, b: number) => void, kept: (w: any) => void, context: any }} ways context: as tabs get it
 * @returns {HTMLElement|null} null: there is nothing to say
 */
export function difyNote(w, ways) {
  const editor = state.may('editor');
  if (!w.app_id || w.last_status === 'deploying') return null;
  if (!w.found) {
    if (!w.dify_version || w.dify_version === w.version) return null;
    return note(
      t('dify.other', { n: w.dify_version }),
      h('button.btn.small', { onclick: () => ways.compare(w.dify_version, w.version) }, t('dify.other.show')),
    );
  }
  const before = w.found - 1;
  const keep = async () => {
    ways.kept(await workflows.keepFound(w.id, w.found));
    toast(t('found.kept', { n: w.found }), { tone: 'ok' });
  };
  return note(
    [h('strong', t('found.title')), ' ', t('found.text', { n: w.found })],
    h('button.btn.small', { onclick: () => ways.compare(before, w.found) }, icon('compare', 15), t('found.compare')),
    editor && h('button.btn.small', { onclick: action(keep) }, t('found.keep')),
    editor &&
      h(
        'button.btn.small',
        { onclick: action(() => rollBack({ ...ways.context, newest: w.version }, { number: before })) },
        icon('history', 15),
        t('found.back', { n: before }),
      ),
  );
}
