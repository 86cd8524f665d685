/* run-view.js: one run - status, outputs, and what each node did, live. */
import { h, fill } from '../dom.js';
import { t } from '../i18n/index.js';
import { runs } from '../api.js';
import { events } from '../events.js';
import { state } from '../state.js';
import { watchRun, runOver } from '../watch.js';
import { count, duration } from '../format.js';
import { icon } from '../ui/icons.js';
import { statusBadge } from '../ui/badge.js';
import { valueBox } from '../ui/code.js';
import { idChip, time } from '../ui/bits.js';
import { action } from '../ui/toast.js';
import { GraphView } from '../graph/view.js';
import { runError } from './job-words.js';
import { Timeline } from './timeline.js';
import { pausedNote } from './paused.js';
import { RunTrouble } from './run-trouble.js';

export class RunView {
  /** @param {{id: string, dsl: any, signal: AbortSignal, small?: boolean, onrun?: (run: any) => void, onover?: (run: any) => void,
   *   edit?: (run: any) => void, retry?: (id: string) => void}} o */
  constructor(o) {
    this.o = o;
    /** @type {Map<string, any>} by execution: a node in a loop has many */
    this.nodes = new Map();
    this.run = null;
    this.view = new GraphView({ signal: o.signal });
    this.head = h('div.run-head');
    this.trouble = new RunTrouble({ signal: o.signal });
    this.result = h('div.stack.tight');
    this.line = new Timeline({ show: (id) => this.view.select(id, { focus: true }) });
    const list = h('div.run-list', this.head, this.trouble.el, this.result, h('h2.h3', t('run.timeline')), this.line.el);
    this.el = h('div.run-view', { class: o.small ? 'small' : '' }, list, this.view.el);
    const shown = o.dsl && this.view.show(o.dsl);
    this.view.el.hidden = !shown;
    events.on(
      'node',
      (d) => {
        if (d.run_id === o.id) this.node(d);
      },
      o.signal,
    );
    watchRun(o.id, (run) => this.update(run), o.signal);
  }

  /** A node event; the next read of the run completes it. */
  node(d) {
    if (this.run && runOver(this.run)) return;
    this.nodes.set(d.execution, { ...this.nodes.get(d.execution), ...d });
    this.draw();
  }

  update(run) {
    if (!run) {
      fill(this.head, h('div.note.warn', icon('alert'), t('run.gone')));
      return;
    }
    const before = this.run;
    this.run = run;
    this.trouble.follow(run);
    for (const n of run.nodes ?? []) this.nodes.set(n.execution, n);
    this.draw();
    this.o.onrun?.(run);
    if (runOver(run) && !(before && runOver(before))) this.o.onover?.(run);
  }

  draw() {
    const run = this.run;
    if (run) this.drawHead(run);
    const list = [...this.nodes.values()].sort((a, b) => (a.started_at ?? 0) - (b.started_at ?? 0));
    this.line.draw(list, run && !runOver(run) && h('li.soft', t('run.waiting')));
    this.view.setStates(this.states(list));
    const running = list.findLast((n) => n.status === 'running');
    if (running) this.view.follow(String(running.node_id));
    else if (run && runOver(run) && !this.view.view.touched) this.view.fit(true, false);
  }

  /** What each node did; once a run is over, the rest was passed by. @param {any[]} list */
  states(list) {
    const found = new Map(list.map((n) => [String(n.node_id), n]));
    if (this.run && runOver(this.run) && list.length)
      for (const n of this.view.graph?.nodes.values() ?? [])
        if (!found.has(n.id) && !n.pill && n.note === null) found.set(n.id, { status: 'skipped' });
    return found;
  }

  drawHead(run) {
    const over = runOver(run);
    fill(
      this.head,
      h(
        'div.row.wrap',
        statusBadge(run.status),
        h('span.meta', time(run.started_at)),
        idChip(run.id),
        h('span.grow'),
        !over && state.may('editor') && h('button.btn.small', { onclick: action(() => runs.stop(run.id)) }, icon('stop', 15), t('stop')),
        over &&
          state.may('editor') &&
          this.o.edit &&
          h('button.btn.small', { onclick: () => this.o.edit(run) }, icon('pencil', 15), t('run.edit')),
        over &&
          state.may('editor') &&
          this.o.retry &&
          h(
            'button.btn.small',
            { onclick: action(async () => this.o.retry((await runs.retry(run.id)).run_id)) },
            icon('refresh', 15),
            t('run.again'),
          ),
      ),
      h(
        'div.row.wrap.chips',
        run.elapsed_ms > 0 && h('span.chip', icon('clock', 14), duration(run.elapsed_ms)),
        run.total_steps > 0 && h('span.chip', icon('flow', 14), t('steps', { n: run.total_steps })),
        run.total_tokens > 0 && h('span.chip', icon('spark', 14), t('tokens.n', { n: count(run.total_tokens) })),
      ),
    );
    const drawn = `${run.id}${run.status}${over}`;
    if (this.resultFor === drawn) return;
    this.resultFor = drawn;
    const outputs = Object.entries(
      run.outputs && typeof run.outputs === 'object' ? run.outputs : run.outputs ? { output: run.outputs } : {},
    );
    fill(
      this.result,
      run.error && h('div.note.error', { role: 'alert' }, icon('fail'), h('div.grow.wrap-any', runError(run))),
      run.status === 'paused' && pausedNote(run),
      outputs.map(([k, v]) => valueBox(k, v)),
      over && !run.error && !outputs.length && h('p.soft', t('run.no_outputs')),
    );
  }
}
