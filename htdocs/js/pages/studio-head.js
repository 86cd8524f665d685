/* studio-head.js: the name of what a generation made, and what can be done with it. */
import { h, fill } from '../dom.js';
import { t } from '../i18n/index.js';
import { state } from '../state.js';
import { go } from '../router.js';
import { icon } from '../ui/icons.js';
import { menuButton } from '../ui/menu.js';
import { download, fileName } from '../ui/bits.js';
import { titleField } from '../ui/title.js';
import { action, toastError } from '../ui/toast.js';
import { saveThread } from './thread.js';
import { handOver } from './handoff.js';
import { openTrial } from './trial.js';

/** @param {import('./studio.js').Studio} studio @param {any} result */
export function drawHead(studio, result) {
  const title = titleField({
    value: studio.thread.name ?? result.name ?? '',
    onchange: (text) => {
      studio.thread.name = text;
      saveThread(studio.id, studio.thread);
    },
  });
  const name = title.input;
  const more = menuButton('button.btn.icon', { 'aria-label': t('more') }, icon('more'), () => [
    {
      label: t('new.keep'),
      icon: 'file',
      run: () => studio.put(result, name.value, false, '').catch(toastError),
    },
    {
      label: t('download.json'),
      icon: 'download',
      run: () => download(`${fileName(name.value)}.json`, JSON.stringify(result.dsl, null, 2), 'application/json'),
    },
    {
      label: t('nav.check'),
      icon: 'shield',
      run: () => {
        handOver({ name: `${fileName(name.value)}.json`, text: JSON.stringify(result.dsl, null, 2) });
        go('/check');
      },
    },
    { label: t('new.edit_plan'), icon: 'pencil', run: () => go('/plan', { job: studio.id }) },
    { label: t('new.fresh'), icon: 'plus', run: () => go('/new') },
  ]);
  if (studio.thread.workflow_id) {
    fill(
      studio.head,
      title.el,
      h('a.btn.primary', { href: `#/workflows/${studio.thread.workflow_id}` }, icon('flow', 16), t('new.open')),
      more,
    );
    return;
  }
  if (studio.undecided()) {
    fill(
      studio.head,
      title.el,
      studio.edit.parent && h('button.btn', { onclick: () => studio.drop() }, icon('close', 16), t('edit.drop')),
      h('button.btn.primary', { onclick: action(() => studio.accept()) }, icon('tick', 16), t('edit.accept')),
    );
    return;
  }
  const act = (label, glyph, cls, tab) =>
    h(
      'button.btn',
      { class: cls, onclick: action(() => studio.put(result, name.value, true, tab)) },
      icon(glyph, 16),
      label,
    );
  const test = h(
    'button.btn',
    { onclick: action(() => openTrial(studio, result).ask()) },
    icon('play', 16),
    t('run.test'),
  );
  fill(studio.head, title.el, state.may('editor') && test, act(t('deploy'), 'deploy', 'primary', ''), more);
}
