/* plan.js: the plan of a workflow as text - what is wrong stands at its lines, the graph beside it follows what is typed. */
import { h, fill } from '../dom.js';
import { t } from '../i18n/index.js';
import { dsl as api, jobs } from '../api.js';
import { state } from '../state.js';
import { go } from '../router.js';
import { icon, turnIcon } from '../ui/icons.js';
import { editor } from '../ui/editor.js';
import { empty, skeleton } from '../ui/bits.js';
import { action, errorNote } from '../ui/toast.js';
import { GraphView } from '../graph/view.js';
import { findingText } from '../graph/panel.js';
import { findingList, fixesDetails } from './outcome.js';
import { stepList } from './plan-steps.js';
import { takeOver } from './handoff.js';
import { saveWorkflow } from './save.js';

/** What one sees of a plan at first: three steps that say what its parts are for. */
const SAMPLE = `name: Mail sorter
inputs:
  - {name: mail, type: paragraph, label: E-mail}
steps:
  - id: sort
    type: question-classifier
    query: inputs.mail
    classes:
      - name: billing
        do:
          - {id: reply, type: llm, prompt: "Draft a reply about the invoice:\\n{{inputs.mail}}"}
        give: {text: "{{reply.text}}"}
      - name: spam
        do: []
        give: {text: SPAM}
outputs:
  - {name: kind, from: sort.class_name}
  - {name: reply, from: sort.text}
`;

const TIERS = ['E', 'R', 'L', 'W'];
const PAUSE = 350; // ms without typing

/** What is being written, kept for the tab. */
const drafts = {
  get: (key) => sessionStorage.getItem(`studio.plan.${key}`),
  set: (key, text) => {
    try {
      sessionStorage.setItem(`studio.plan.${key}`, text);
    } catch {
      /* too large to keep */
    }
  },
  drop: (key) => sessionStorage.removeItem(`studio.plan.${key}`),
};

class PlanPage {
  /** @param {import('../router.js').Context} c @param {{key: string, text: string, prompt?: string}} o key: of the draft */
  constructor(c, o) {
    this.c = c;
    this.key = o.key;
    this.prompt = o.prompt;
    this.first = o.text;
    this.built = null;
    this.timer = 0;
    this.asking = new AbortController();
    this.view = new GraphView({ signal: c.signal });
    this.view.addEventListener('select', (e) => this.step(/** @type {CustomEvent} */ (e).detail));
    this.edit = editor({
      label: t('plan.text'),
      value: drafts.get(o.key) ?? o.text,
      oninput: () => this.typed(),
    });
    this.verdict = h('div', { role: 'status' });
    this.more = h('div.stack');
    this.head = h('div.studio-head');
    this.none = h('div.board-none', empty(t('new.no_graph'), t('plan.no_graph')));
    this.board = h('div.board-body', this.none);
    fill(
      c.root,
      h(
        'div.page.fill.studio-page',
        h(
          'div.studio.plan-studio',
          h('section.side', { 'aria-label': t('plan.text') }, this.tools(), this.edit.el, h('div.plan-more', this.verdict, this.more)),
          h('section.board', { 'aria-label': t('graph.label') }, this.head, this.board),
        ),
      ),
    );
    this.drawHead();
    this.build().catch(() => {});
  }

  tools() {
    const form = (format) =>
      h(
        'button.btn.small',
        { title: t('plan.as', { format: format.toUpperCase() }), onclick: action(() => this.rewrite([], format)) },
        format.toUpperCase(),
      );
    return h(
      'div.row.plan-tools',
      h('h1.grow', t('plan.title')),
      this.first &&
        h('button.btn.small', { onclick: () => this.edit.set(this.first) }, icon('refresh', 14), t('plan.reset')),
      form('json'),
      form('yaml'),
    );
  }

  typed() {
    drafts.set(this.key, this.edit.text());
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.build().catch(() => {}), PAUSE);
  }

  /** @param {any} [more] */
  async ask(more) {
    this.asking.abort();
    this.asking = new AbortController();
    const stop = AbortSignal.any ? AbortSignal.any([this.asking.signal, this.c.signal]) : this.asking.signal;
    return api.build({ answer: this.edit.text(), connection_id: state.connection()?.id, ...more }, stop);
  }

  async build() {
    clearTimeout(this.timer);
    if (!this.edit.text().trim()) {
      this.blank();
      return;
    }
    try {
      this.take(await this.ask());
    } catch (error) {
      if (error.name !== 'AbortError')
        fill(
          this.verdict,
          errorNote(error, () => this.build()),
        );
    }
  }

  /** Changes steps and writes the plan anew. @param {any[]} operations @param {'json'|'yaml'} [format] */
  async rewrite(operations, format) {
    if (!this.edit.text().trim()) return;
    const now = /^\s*[{[]/.test(this.edit.text()) ? 'json' : 'yaml';
    const answer = await this.ask({ format: format ?? now, ...(operations.length && { operations }) });
    const refused = answer.findings.find((f) => f.code === 'edit_refused');
    if (refused) throw new Error(findingText(refused));
    if (answer.text === undefined) this.take(answer);
    else this.edit.set(answer.text);
  }

  /** Nothing is written yet: what belongs here, and two ways to begin. */
  blank() {
    this.asking.abort();
    this.built = null;
    this.edit.mark([]);
    fill(
      this.verdict,
      h(
        'div.note',
        icon('info'),
        h(
          'div.grow',
          t('plan.blank'),
          h(
            'div.row.wrap.note-acts',
            h('button.btn.small.primary', { onclick: () => this.edit.set(SAMPLE) }, t('plan.sample')),
            h('a.btn.small', { href: '#/new' }, t('plan.say')),
          ),
        ),
      ),
    );
    fill(this.more);
    fill(this.board, this.none);
    this.drawHead();
  }

  take(answer) {
    this.built = answer;
    const shown = answer.dsl && this.view.show(answer.dsl, { keep: !!this.view.graph });
    if (shown) this.view.setFindings(answer.findings);
    fill(this.board, shown || this.view.graph ? this.view.el : this.none);
    this.board.classList.toggle('stale', !shown);
    const findings = [...answer.findings].sort((a, b) => TIERS.indexOf(a.tier) - TIERS.indexOf(b.tier));
    const marks = findings.filter((f) => f.line).map((f) => ({ line: f.line, tier: f.tier, text: findingText(f) }));
    if (answer.unreadable)
      marks.unshift({ line: answer.unreadable.line, tier: 'E', text: answer.unreadable.message });
    this.edit.mark(marks);
    this.drawVerdict(findings, answer);
    this.drawMore(findings, answer);
    this.drawHead();
  }

  drawVerdict(findings, answer) {
    const bad = findings.filter((f) => f.tier === 'E' || f.tier === 'R').length;
    const at = answer.unreadable?.line;
    const [cls, glyph, text] = !answer.dsl
      ? ['error', 'fail', at ? t('plan.unreadable', { line: at, why: answer.unreadable.message }) : t('plan.none')]
      : bad
        ? ['error', 'alert', t('plan.wrong', { n: bad })]
        : ['ok', 'okay', t('plan.fine')];
    const jump = at && h('button.btn.small', { onclick: () => this.edit.show(at) }, t('plan.line', { n: at }));
    fill(this.verdict, h('div.note', { class: cls }, icon(glyph), h('div.grow.wrap-any', text), jump));
  }

  drawMore(findings, answer) {
    const jump = (f) =>
      f.line && h('button.btn.small.fix-one', { onclick: () => this.edit.show(f.line) }, t('plan.line', { n: f.line }));
    fill(
      this.more,
      findings.length > 0 && findingList(findings, (id) => this.view.select(id, { focus: true }), jump),
      fixesDetails(answer.fixes),
      answer.plan?.steps &&
        h(
          'details',
          { open: this.open, ontoggle: (e) => (this.open = e.target.open) },
          h('summary', turnIcon(), t('plan.steps')),
          stepList(answer.plan, { run: action((list) => this.rewrite(list)), show: (id) => this.step(id) }),
        ),
    );
  }

  /** Shows where a step stands in the text. @param {string|null} id */
  step(id) {
    if (!id) return;
    const find = (name) =>
      this.edit
        .text()
        .split('\n')
        .findIndex((line) => new RegExp(`(^|[\\s{,"])id"?:\\s*"?${name}"?\\s*(,|}|$)`).test(line));
    const name = String(id).replace(/[^a-z0-9_].*/, '');
    const at = [name, name.split('__')[0], name.replace(/start$/, '')].map(find).find((n) => n >= 0);
    if (at !== undefined) this.edit.show(at + 1);
  }

  drawHead() {
    const name = this.built?.dsl?.app?.name ?? '';
    const refused = !this.built?.dsl || this.built.findings.some((f) => f.tier === 'E');
    const put = (deploy) => action(() => this.put(name, deploy));
    fill(
      this.head,
      h('h2.grow.clip', name),
      state.may('editor') && h('button.btn', { disabled: refused, onclick: put(false) }, icon('file', 16), t('new.keep')),
      state.may('editor') &&
        h(
          'button.btn.primary',
          { disabled: refused, title: refused ? t('check.refused') : '', onclick: put(true) },
          icon('deploy', 16),
          t('deploy'),
        ),
    );
  }

  async put(name, deploy) {
    await this.build(); // what was typed last
    if (!this.built?.dsl) return;
    const id = await saveWorkflow({ dsl: this.built.dsl, name: name || t('plan.title'), deploy, prompt: this.prompt }, this.c.signal);
    if (!id) return;
    drafts.drop(this.key);
    go(`/workflows/${id}`);
  }
}

/** The plan of a generation; what was no plan is shown as the model wrote it. @param {any} job */
function textOf(job) {
  const plan = job.result?.plan;
  return plan ? `${JSON.stringify(plan, null, 2)}\n` : (job.result?.answer ?? '');
}

/** @param {import('../router.js').Context} c */
export async function mount(c) {
  c.title(t('plan.title'));
  const id = c.query.get('job');
  if (!id) {
    new PlanPage(c, { key: 'file', text: takeOver()?.text ?? '' });
    return;
  }
  fill(c.root, h('div.page', skeleton(6)));
  try {
    const job = await jobs.get(id, c.signal);
    new PlanPage(c, { key: id, text: textOf(job), prompt: job.request?.prompt });
  } catch (error) {
    if (error.name !== 'AbortError')
      fill(
        c.root,
        h(
          'div.page',
          errorNote(error, () => mount(c)),
        ),
      );
  }
}
