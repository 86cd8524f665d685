/* check.js: any DSL file - is it right, what is wrong, what can be fixed; then download or deploy. */
import { h, fill } from '../dom.js';
import { t } from '../i18n/index.js';
import { dsl as api } from '../api.js';
import { state } from '../state.js';
import { go } from '../router.js';
import { bytes } from '../format.js';
import { icon } from '../ui/icons.js';
import { dropZone } from '../ui/drop.js';
import { download, fileName, skeleton } from '../ui/bits.js';
import { coloured } from '../ui/code.js';
import { toast, errorNote, action } from '../ui/toast.js';
import { GraphView } from '../graph/view.js';
import { findingList, fixesDetails } from './outcome.js';
import { handOver, takeOver, dropHandoff } from './handoff.js';
import { saveWorkflow } from './save.js';

const MAX = 3e6; // as JSON in a request of 4 MiB
const VERSIONS = ['1.17.1', '1.16.1', '1.15.0', '1.14.2', '1.13.3', '1.12.1', '1.11.2', '1.10.1', '1.9.2', '1.8.1'];

/** For which Dify a file is judged: the chosen connection's, or any. @param {() => void} onchange */
function targetSelect(onchange) {
  const c = state.connection();
  const own = c?.version ? `${c.name} (${c.version})` : t('check.newest');
  return /** @type {HTMLSelectElement} */ (
    h(
      'select.select.bare',
      { 'aria-label': t('check.for'), onchange },
      h('option', { value: '' }, own),
      VERSIONS.map((v) => h('option', { value: v }, `Dify ${v}`)),
    )
  );
}

function verdict(findings) {
  const has = (tier) => findings.some((f) => f.tier === tier);
  if (has('E')) return ['error', 'fail', 'check.refused'];
  if (has('R')) return ['error', 'fail', 'check.fails'];
  if (has('L')) return ['warn', 'alert', 'check.editor'];
  return ['ok', 'okay', findings.length ? 'check.style' : 'check.clean'];
}

class CheckPage {
  /** @param {import('../router.js').Context} c @param {{name: string, text: string}} file */
  constructor(c, file) {
    this.c = c;
    this.file = file;
    this.dsl = null;
    this.fixes = [];
    this.built = false;
    this.target = targetSelect(() => this.run());
    this.view = new GraphView({ signal: c.signal });
    this.head = h('div.studio-head');
    this.side = h('div.talk');
    this.board = h('div.board-body', this.view.el);
    fill(
      c.root,
      h(
        'div.page.fill.studio-page',
        h(
          'div.studio',
          h('section.side', { 'aria-label': t('findings') }, this.side),
          h('section.board', this.head, this.board),
        ),
      ),
    );
    this.run();
  }

  /** What the server shall judge, and for which Dify. @param {any} [more] */
  body(more) {
    const target = this.target.value;
    return {
      dsl: this.dsl ?? this.file.text,
      ...(target ? { target } : { connection_id: state.connection()?.id }),
      ...more,
    };
  }

  async run() {
    fill(this.side, skeleton(5));
    try {
      const answer = await api.validate(this.body(), this.c.signal);
      this.take(answer.dsl ? answer : await this.asPlan(answer));
    } catch (error) {
      if (error.name !== 'AbortError') {
        fill(
          this.side,
          errorNote(error, () => this.run()),
        );
        this.drawHead([]);
      }
    }
  }

  /** What is no DSL may be a plan, or a model's whole answer. @param {any} unread the answer that found no DSL */
  async asPlan(unread) {
    const { dsl, ...rest } = this.body();
    const built = await api.build({ answer: dsl, ...rest }, this.c.signal).catch(() => null);
    this.built = !!built?.dsl;
    if (!built?.dsl) return unread;
    this.fixes = built.fixes ?? [];
    return built;
  }

  /** Shows an answer of validate or fix. */
  take(answer) {
    const findings = answer.findings ?? [];
    this.dsl = answer.dsl ?? this.dsl ?? parse(this.file.text);
    const shown = this.dsl && this.view.show(this.dsl, { keep: !!this.view.graph });
    this.view.el.hidden = !shown;
    if (shown) this.view.setFindings(findings);
    else
      fill(
        this.board,
        h('div.code-box.tall.source', coloured(this.file.text, /^\s*[{[]/.test(this.file.text) ? 'json' : 'yaml')),
      );
    if (shown && !this.view.el.isConnected) fill(this.board, this.view.el);
    this.drawSide(findings);
    this.drawHead(findings);
  }

  drawSide(findings) {
    const [cls, glyph, key] = verdict(findings);
    const fixable = findings.filter((f) => f.fixable).length;
    fill(
      this.side,
      h(
        'div.note',
        { class: cls },
        icon(glyph),
        h(
          'div.grow',
          h('strong', t(key)),
          h('div.meta', this.file.name, ' · ', bytes(new Blob([this.file.text]).size)),
        ),
      ),
      fixable > 0 &&
        h(
          'button.btn.primary',
          { onclick: action(() => this.fix()) },
          icon('wrench', 16),
          t('check.fix_all', { n: fixable }),
        ),
      fixesDetails(this.fixes, this.fixes.length < 8),
      findings.length > 0 &&
        h(
          'section.stack.tight',
          h('h3', t('findings.count', { n: findings.length })),
          findingList(
            findings,
            (id) => this.view.select(id, { focus: true }),
            (f) =>
              f.fixable &&
              h('button.btn.small.fix-one', { onclick: action(() => this.fix(f)) }, icon('wrench', 14), t('check.fix')),
          ),
        ),
      this.built &&
        h(
          'div.row.wrap',
          h('p.soft.grow', t('check.built')),
          h('button.btn.small', { onclick: () => go('/plan') }, icon('pencil', 14), t('new.edit_plan')),
        ),
      h('label.row.meta', t('check.for'), this.target),
      h(
        'div.side-end',
        dropZone({
          label: t('check.other'),
          accept: '.yml,.yaml,.json,.txt',
          compact: true,
          icon: 'file',
          onfiles: ([f]) => open(this.c, f),
        }),
      ),
    );
  }

  /** Mends all, or one finding. @param {import('../types.js').Finding} [one] */
  async fix(one) {
    const answer = await api.fix(this.body(one && { code: one.code, pointer: one.pointer ?? '' }), this.c.signal);
    this.fixes = [...this.fixes, ...answer.fixes];
    this.take(answer);
    toast(t('check.fixed', { n: answer.fixes.length }), { tone: 'ok' });
    handOver({ name: this.file.name, text: JSON.stringify(this.dsl, null, 2) });
  }

  async text(format) {
    return (await api.convert({ dsl: this.dsl, format }, this.c.signal)).text;
  }

  drawHead(findings) {
    const name = this.dsl?.app?.name || this.file.name.replace(/\.[a-z]+$/i, '');
    const refused = findings.some((f) => f.tier === 'E');
    const save = (format) =>
      action(async () =>
        download(`${fileName(name)}.${format === 'yaml' ? 'yml' : 'json'}`, await this.text(format), 'text/plain'),
      );
    fill(
      this.head,
      h('h1.grow.clip', name),
      this.dsl && h('button.btn', { onclick: save('yaml') }, icon('download', 16), 'YAML'),
      this.dsl && h('button.btn', { onclick: save('json') }, icon('download', 16), 'JSON'),
      this.dsl &&
        state.may('editor') &&
        h(
          'button.btn.primary',
          { disabled: refused, title: refused ? t('check.refused') : '', onclick: action(() => this.deploy(name)) },
          icon('deploy', 16),
          t('deploy'),
        ),
    );
  }

  async deploy(name) {
    const id = await saveWorkflow({ dsl: this.dsl, name, deploy: true }, this.c.signal);
    dropHandoff();
    if (id) go(`/workflows/${id}`);
  }
}

function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** @param {import('../router.js').Context} c @param {File} f */
async function open(c, f) {
  if (f.size > MAX) {
    toast(t('check.too_big', { size: bytes(MAX) }), { tone: 'error' });
    return;
  }
  const file = { name: f.name, text: await f.text() };
  handOver(file);
  new CheckPage(c, file);
}

/** @param {import('../router.js').Context} c */
export function mount(c) {
  const held = takeOver();
  if (held) {
    new CheckPage(c, held);
    return;
  }
  const paste = /** @type {HTMLTextAreaElement} */ (
    h('textarea.area.code', {
      rows: 6,
      placeholder: 'kind: app\nversion: "0.6.0"\n…',
      'aria-label': t('check.paste'),
      spellcheck: 'false',
    })
  );
  const check = () => {
    if (paste.value.trim()) {
      const file = { name: t('check.pasted'), text: paste.value };
      handOver(file);
      new CheckPage(c, file);
    }
  };
  fill(
    c.root,
    h(
      'div.page.slim',
      h('div.page-head', h('h1', t('nav.check')), h('p.lead', t('check.lead'))),
      dropZone({
        label: t('check.drop'),
        hint: t('check.drop.hint'),
        accept: '.yml,.yaml,.json,.txt',
        icon: 'shield',
        onfiles: ([f]) => open(c, f),
      }),
      h(
        'section.stack.tight',
        h('h2', t('check.paste')),
        paste,
        h('div.row', h('button.btn.primary', { onclick: check }, icon('shield', 16), t('check'))),
      ),
    ),
  );
}
