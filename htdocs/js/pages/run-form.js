/* run-form.js: the form that starts a run, beside the run it started. */
import { h, fill } from '../dom.js';
import { t } from '../i18n/index.js';
import { workflows } from '../api.js';
import { prefs } from '../state.js';
import { icon } from '../ui/icons.js';
import { action } from '../ui/toast.js';
import { inputForm, startVariables } from './run-inputs.js';
import { GraphView } from '../graph/view.js';
import { RunView } from './run-view.js';
import { chatTab } from './chat.js';

/** @param {any} o tab context */
export function runTab(o) {
  const { workflow } = o;
  if (!workflow.app_id) {
    fill(o.box, h('div.card', h('div.empty', h('h2', t('run.not_deployed')), h('p', t('run.not_deployed.text')))));
    return undefined;
  }
  if (workflow.mode === 'advanced-chat' || o.dsl?.app?.mode === 'advanced-chat') return chatTab(o);
  const form = inputForm(startVariables(o.dsl), workflow.connection_id);
  const key = `inputs.${workflow.id}`;
  form.set(prefs.json(key, {}));
  const ready = new GraphView({ signal: o.signal });
  const drawn = ready.show(o.dsl);
  const words = h('div.empty.small-empty', h('h2', t('run.ready')), h('p', t('run.ready.text')));
  const out = h('div.run-out', h('div.run-view.small', words, drawn && ready.el));
  let current = null;
  const show = (id) => {
    current?.abort();
    current = new AbortController();
    o.signal.addEventListener('abort', () => current.abort());
    const view = new RunView({
      id,
      dsl: o.dsl,
      signal: current.signal,
      small: true,
      onrun: (run) => {
        form.adopt(run.inputs);
        if (run.id === id) prefs.set(key, JSON.stringify(run.inputs));
      },
      onover: () => o.refresh(),
      retry: show,
    });
    fill(out, view.el);
    out.scrollIntoView({ block: 'nearest' });
  };
  const start = action(async () => {
    const inputs = form.read();
    if (!inputs) return;
    const answer = await workflows.run(workflow.id, { inputs });
    show(answer.run_id);
  });
  const button = h('button.btn.primary', { type: 'submit' }, icon('play', 16), t('run'));
  const box = h(
    'form.card.run-card',
    {
      novalidate: true,
      onsubmit: (e) => {
        e.preventDefault();
        button.dispatchEvent(new CustomEvent('go'));
      },
      onkeydown: (e) => {
        if (e.key === 'Enter' && (e.ctrlKey || e.metaKey)) {
          e.preventDefault();
          button.dispatchEvent(new CustomEvent('go'));
        }
      },
    },
    h('header', h('h2', t('run.form'))),
    h('div.body.stack', form.el, !startVariables(o.dsl).length && h('p.soft', t('run.no_inputs'))),
    h('footer', h('span.meta.grow', t('run.safe')), button),
  );
  button.addEventListener('go', start);
  fill(o.box, h('div.run-grid', box, out));
  return undefined;
}
