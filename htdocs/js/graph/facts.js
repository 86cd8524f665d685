/* facts.js: the one or two things worth knowing about a node, and its outgoing handles. */
import { t } from '../i18n/index.js';
import { host, oneLine } from '../format.js';
import { plainRefs, selectorTail } from './refs.js';

/** @typedef {{label?: string, text: string, mono?: boolean}} Fact */
/** @typedef {{id: string, label: string, text?: string, tone?: string}} Port */

const list = (v) => (Array.isArray(v) ? v : []);
const UNARY = new Set(['empty', 'not empty', 'null', 'not null', 'exists', 'not exists']);

/** One condition as text. @param {any} c */
export function conditionText(c) {
  const name = selectorTail(c?.variable_selector) || '?';
  const op = c?.comparison_operator ?? '?';
  if (UNARY.has(op)) return `${name} ${op}`;
  const value = Array.isArray(c.value) ? c.value.join(', ') : plainRefs(c.value ?? '');
  return `${name} ${op} ${value}`;
}

/** @param {any} holder a case, or a loop @param {string} key */
export function conditionsText(holder, key = 'conditions') {
  return list(holder?.[key])
    .map(conditionText)
    .join(holder?.logical_operator === 'or' ? ` ${t('or')} ` : ` ${t('and')} `);
}

const codeLines = (text) =>
  String(text ?? '')
    .split('\n')
    .map((l) => l.trimEnd())
    .filter((l) => l.trim() && !l.trim().startsWith('#'))
    .slice(0, 2);

function promptText(d) {
  const p = d.prompt_template;
  if (Array.isArray(p)) return (p.find((m) => m?.role === 'user') || p[p.length - 1])?.text ?? '';
  return p?.text ?? '';
}

/** @type {Record<string, (d: any) => Fact[]>} */
const readers = {
  start: (d) => {
    const vars = list(d.variables);
    /** @type {Fact[]} */
    const shown = vars
      .slice(0, vars.length > 3 ? 2 : 3)
      .map((v) => ({ text: v?.variable ?? '?', label: t(`var.${v?.type}`), mono: true }));
    if (vars.length > 3) shown.push({ text: t('fact.more', { n: vars.length - 2 }) });
    return shown;
  },
  end: (d) =>
    list(d.outputs)
      .slice(0, 3)
      .map((o) => ({ text: o?.variable ?? '?', label: selectorTail(o?.value_selector), mono: true })),
  answer: (d) => [{ text: oneLine(plainRefs(d.answer)) }],
  llm: (d) => [{ label: t('fact.model'), text: d.model?.name || '–' }, { text: oneLine(plainRefs(promptText(d))) }],
  'knowledge-retrieval': (d) => [
    { label: t('fact.query'), text: selectorTail(d.query_variable_selector) },
    {
      text: t('fact.datasets', { n: list(d.dataset_ids).length }),
      label: d.multiple_retrieval_config?.top_k ? `top ${d.multiple_retrieval_config.top_k}` : '',
    },
  ],
  'question-classifier': (d) => [{ label: t('fact.model'), text: d.model?.name || '–' }],
  code: (d) => codeLines(d.code).map((text) => ({ text, mono: true })),
  'template-transform': (d) => codeLines(d.template).map((text) => ({ text, mono: true })),
  'http-request': (d) => [{ label: String(d.method ?? 'get').toUpperCase(), text: host(plainRefs(d.url)) }],
  tool: (d) => [{ label: t('fact.tool'), text: d.tool_label || d.tool_name || '–' }],
  'variable-aggregator': (d) =>
    d.advanced_settings?.group_enabled
      ? list(d.advanced_settings.groups)
          .slice(0, 3)
          .map((g) => ({
            text: g?.group_name ?? '?',
            label: t('fact.from', { n: list(g?.variables).length }),
            mono: true,
          }))
      : [{ text: t('fact.first_of', { n: list(d.variables).length }) }],
  assigner: (d) =>
    list(d.items)
      .slice(0, 2)
      .map((i) => ({ text: selectorTail(i?.variable_selector), label: i?.operation, mono: true })),
  iteration: (d) => [{ label: t('fact.over'), text: selectorTail(d.iterator_selector) }],
  loop: (d) => [{ label: t('fact.times'), text: String(d.loop_count ?? '–') }],
  'parameter-extractor': (d) => [
    { label: t('fact.model'), text: d.model?.name || '–' },
    {
      text: list(d.parameters)
        .map((p) => p?.name)
        .join(', '),
      mono: true,
    },
  ],
  'document-extractor': (d) => [{ label: t('fact.file'), text: selectorTail(d.variable_selector) }],
  'list-operator': (d) => [{ label: t('fact.list'), text: selectorTail(d.variable) }],
  agent: (d) => [{ label: t('fact.strategy'), text: d.agent_strategy_label || d.agent_strategy_name || '–' }],
  'trigger-webhook': (d) => [{ label: String(d.method ?? 'post').toUpperCase(), text: 'webhook' }],
  'trigger-schedule': (d) => [{ text: d.cron_expression || d.frequency || '–', mono: true }],
  'human-input': (d) => [{ text: oneLine(d.form_content) }],
};
readers['variable-assigner'] = readers['variable-aggregator'];

/** @param {string} type @param {any} data @returns {Fact[]} */
export function factsOf(type, data) {
  try {
    return (readers[type]?.(data) ?? []).filter((f) => f.text || f.label);
  } catch {
    return [];
  }
}

/** @type {Record<string, (d: any) => Port[]>} */
const portReaders = {
  'if-else': (d) => {
    const cases = list(d.cases);
    const named = cases.length
      ? cases
      : [{ case_id: 'true', conditions: d.conditions, logical_operator: d.logical_operator }];
    return [
      ...named.map((c, i) => ({
        id: String(c?.case_id),
        label: t(i ? 'port.elif' : 'port.if'),
        text: conditionsText(c),
      })),
      { id: 'false', label: t('port.else') },
    ];
  },
  'question-classifier': (d) =>
    list(d.classes).map((c, i) => ({ id: String(c?.id), label: String(i + 1), text: oneLine(c?.name, 60) })),
  'human-input': (d) => [
    ...list(d.user_actions).map((a) => ({ id: String(a?.id), label: '', text: a?.title ?? a?.id })),
    { id: '__timeout', label: t('port.timeout') },
  ],
};

/** Outgoing handles that need a label; empty means the single plain one. @param {string} type @param {any} data @returns {Port[]} */
export function portsOf(type, data) {
  const ports = portReaders[type] ? portReaders[type](data) : [];
  if (data.error_strategy !== 'fail-branch') return ports;
  return [...ports, { id: 'fail-branch', label: t('port.error'), tone: 'error' }];
}

/** True when the node ends its path. @param {string} type */
export function isTerminal(type) {
  return type === 'end' || type === 'loop-end';
}
