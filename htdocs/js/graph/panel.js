/* panel.js: what one node does, in words; with a run, what went in and came out. */
import { h } from '../dom.js';
import { t, tOr, lang } from '../i18n/index.js';
import { duration } from '../format.js';
import { icon, turnIcon } from '../ui/icons.js';
import { codeBox, valueBoxOrNull } from '../ui/code.js';
import { idChip } from '../ui/bits.js';
import { statusBadge, tierBadge } from '../ui/badge.js';
import { hue, typeIcon } from './types.js';
import { conditionsText } from './facts.js';
import { refChip, richText } from './refs.js';

const list = (v) => (Array.isArray(v) ? v : []);

/** @param {import('../types.js').Finding} f */
export function findingText(f) {
  return (
    (lang() === 'zh' ? f.message_zh || f.message_en : f.message_en || f.message_zh) ||
    /** @type {any} */ (f).message ||
    f.code
  );
}

/** Blocks of one panel: a heading and what stands under it. */
const block = (title, ...body) => h('section.panel-block', h('h4', title), ...body);
const text = (value, c) => h('div.prose-box', richText(String(value ?? ''), c.graph.nodes, c.jump));
const ref = (selector, c) => (list(selector).length ? refChip(selector, c.graph.nodes, c.jump) : '–');
const row = (name, kind, extra) => h('li', h('code', name ?? '?'), kind && h('span.meta', kind), extra);

/** @type {Record<string, (d: any, c: any) => any[]>} */
const blocks = {
  start: (d) => [
    block(
      t('panel.inputs'),
      h(
        'ul.vars',
        list(d.variables).map((v) =>
          row(v?.variable, tOr(`var.${v?.type}`, v?.type), v?.required ? h('span.meta', t('required')) : null),
        ),
      ),
    ),
  ],
  end: (d, c) => [
    block(
      t('panel.outputs'),
      h(
        'ul.vars',
        list(d.outputs).map((o) => row(o?.variable, null, ref(o?.value_selector, c))),
      ),
    ),
  ],
  answer: (d, c) => [block(t('panel.answer'), text(d.answer, c))],
  llm: (d, c) => [
    block(
      t('fact.model'),
      h('div', d.model?.name || '–', d.model?.provider && h('div.meta', String(d.model.provider))),
    ),
    ...(Array.isArray(d.prompt_template) ? d.prompt_template : [d.prompt_template])
      .filter(Boolean)
      .map((p) => block(tOr(`prompt.${p.role}`, t('prompt.user')), text(p.text, c))),
    d.context?.enabled && block(t('panel.context'), ref(d.context.variable_selector, c)),
  ],
  'knowledge-retrieval': (d, c) => [
    block(t('fact.query'), ref(d.query_variable_selector, c)),
    block(
      t('nav.knowledge'),
      h(
        'div.row.wrap',
        list(d.dataset_ids).map((id) => idChip(String(id))),
      ),
    ),
  ],
  'if-else': (d, c) => c.node.ports.map((p) => block(p.label, h('div', p.text || t('port.else.hint')))),
  'question-classifier': (d, c) => [
    block(t('fact.query'), ref(d.query_variable_selector, c)),
    block(
      t('panel.classes'),
      h(
        'ol.vars',
        list(d.classes).map((x) => row(x?.name)),
      ),
    ),
    d.instruction && block(t('panel.instruction'), text(d.instruction, c)),
  ],
  code: (d, c) => [
    bindings(d, c),
    block(t('code'), codeBox({ title: d.code_language, text: String(d.code ?? ''), cls: 'tiny' })),
    block(
      t('panel.outputs'),
      h(
        'ul.vars',
        Object.entries(d.outputs ?? {}).map(([k, v]) => row(k, /** @type {any} */ (v)?.type)),
      ),
    ),
  ],
  'template-transform': (d, c) => [
    bindings(d, c),
    block(t('panel.template'), codeBox({ title: 'Jinja2', text: String(d.template ?? ''), cls: 'tiny' })),
  ],
  'http-request': (d, c) => [
    block(String(d.method ?? 'get').toUpperCase(), text(d.url, c)),
    d.headers && block(t('panel.headers'), text(d.headers, c)),
    d.params && block(t('panel.params'), text(d.params, c)),
    list(d.body?.data).length > 0 &&
      block(
        t('panel.body'),
        list(d.body.data).map((b) => text(b?.key ? `${b.key}: ${b.value}` : b?.value, c)),
      ),
  ],
  tool: (d, c) => [
    block(t('fact.tool'), h('div', [d.provider_name, d.tool_label || d.tool_name].filter(Boolean).join(' / '))),
    block(
      t('panel.inputs'),
      h(
        'ul.vars',
        Object.entries(d.tool_parameters ?? {}).map(([k, v]) =>
          row(
            k,
            null,
            Array.isArray(/** @type {any} */ (v)?.value)
              ? ref(/** @type {any} */ (v).value, c)
              : h('span', richText(String(/** @type {any} */ (v)?.value ?? ''), c.graph.nodes, c.jump)),
          ),
        ),
      ),
    ),
  ],
  'variable-aggregator': (d, c) =>
    d.advanced_settings?.group_enabled
      ? list(d.advanced_settings.groups).map((g) =>
          block(
            g?.group_name,
            h(
              'ul.vars',
              list(g?.variables).map((v) => h('li', ref(v, c))),
            ),
          ),
        )
      : [
          block(
            t('panel.first_of'),
            h(
              'ul.vars',
              list(d.variables).map((v) => h('li', ref(v, c))),
            ),
          ),
        ],
  assigner: (d, c) => [
    block(
      t('panel.sets'),
      h(
        'ul.vars',
        list(d.items).map((i) =>
          h(
            'li',
            ref(i?.variable_selector, c),
            h('span.meta', i?.operation),
            Array.isArray(i?.value) ? ref(i.value, c) : h('span', String(i?.value ?? '')),
          ),
        ),
      ),
    ),
  ],
  iteration: (d, c) => [
    block(t('fact.over'), ref(d.iterator_selector, c)),
    block(t('panel.outputs'), ref(d.output_selector, c)),
  ],
  loop: (d) => [
    block(t('fact.times'), String(d.loop_count ?? '–')),
    list(d.break_conditions).length > 0 && block(t('panel.until'), conditionsText(d, 'break_conditions')),
  ],
  'parameter-extractor': (d, c) => [
    block(t('fact.query'), ref(d.query, c)),
    block(
      t('panel.params'),
      h(
        'ul.vars',
        list(d.parameters).map((p) => row(p?.name, p?.type, h('span.meta', p?.description))),
      ),
    ),
    d.instruction && block(t('panel.instruction'), text(d.instruction, c)),
  ],
  'document-extractor': (d, c) => [block(t('fact.file'), ref(d.variable_selector, c))],
  'list-operator': (d, c) => [block(t('fact.list'), ref(d.variable, c))],
  'human-input': (d, c) => [block(t('panel.form'), text(d.form_content, c))],
};

function bindings(d, c) {
  return (
    list(d.variables).length > 0 &&
    block(
      t('panel.inputs'),
      h(
        'ul.vars',
        d.variables.map((v) => row(v?.variable, null, ref(v?.value_selector, c))),
      ),
    )
  );
}

/** What a failed node says. @param {any} error */
export function errorText(error) {
  if (!error) return '';
  return typeof error === 'string' ? error : error.message || JSON.stringify(error);
}

function runPart(state) {
  if (!state) return null;
  return h(
    'section.panel-block.run',
    h('div.row', statusBadge(state.status), state.elapsed_ms > 0 && h('span.meta.num', duration(state.elapsed_ms))),
    state.error && h('div.note.error', icon('fail'), h('div.wrap-any', errorText(state.error))),
    valueBoxOrNull(t('run.inputs'), state.inputs),
    valueBoxOrNull(t('run.outputs'), state.outputs),
  );
}

function findingPart(findings) {
  if (!findings.length) return null;
  return h(
    'section.panel-block',
    findings.map((f) =>
      h(
        'div.note',
        { class: f.tier === 'E' || f.tier === 'R' ? 'error' : f.tier === 'L' ? 'warn' : '' },
        icon('alert'),
        h('div.grow', findingText(f), h('div.row.meta', tierBadge(f.tier), h('code', f.code))),
      ),
    ),
  );
}

function changePart(change) {
  if (!change?.length) return null;
  return block(
    t('diff.changed'),
    h(
      'ul.changes',
      change.map((f) =>
        h(
          'li',
          h('code', f.field),
          h('del', JSON.stringify(f.before) ?? '–'),
          h('ins', JSON.stringify(f.after) ?? '–'),
        ),
      ),
    ),
  );
}

/**
 * @param {import('./model.js').GraphNode} node
 * @param {{graph: any, findings: any[], state: any, change: any, close: () => void, jump: (id: string) => void}} o
 */
export function panel(node, o) {
  const c = { ...o, node };
  let body = [];
  try {
    body = blocks[node.type]?.(node.data, c) ?? [];
  } catch {
    body = [];
  }
  return [
    h(
      'header',
      h('span.mini-tile', { class: `hue-${hue(node.type)}` }, icon(typeIcon(node.type), 18)),
      h(
        'div.grow',
        h('h3.wrap-any', node.title),
        h('div.row.meta', tOr(`node.${node.type}`, node.type), idChip(node.id)),
      ),
      h('button.btn.quiet.icon', { type: 'button', 'aria-label': t('close'), onclick: o.close }, icon('close')),
    ),
    h(
      'div.panel-body',
      { tabindex: 0, role: 'region', 'aria-label': node.title },
      node.data.desc && h('p.soft', String(node.data.desc)),
      findingPart(o.findings),
      changePart(o.change),
      runPart(o.state),
      body,
      h(
        'details',
        h('summary.meta', turnIcon(), t('panel.raw')),
        codeBox({ title: 'JSON', text: JSON.stringify(node.data, null, 2), kind: 'json', cls: 'tiny' }),
      ),
    ),
  ];
}
