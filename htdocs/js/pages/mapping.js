/* mapping.js: what a workflow uses, and what stands for it in another Dify: a table of choices, and the question of a deploy. */
import { h, fill } from '../dom.js';
import { t, tOr } from '../i18n/index.js';
import { ApiError, connections, workflows } from '../api.js';
import { state } from '../state.js';
import { jobEnd } from '../watch.js';
import { icon } from '../ui/icons.js';
import { sheet } from '../ui/dialog.js';
import { connectionName } from '../ui/badge.js';
import { askSecrets } from './secret-ask.js';
import { tellDeployed } from './save.js';

const ICONS = {
  model: 'cube', rerank: 'cube', embedding: 'cube', dataset: 'book', secret: 'key', strategy: 'robot',
  tool: 'wrench', api_tool: 'wrench', workflow_tool: 'flow', mcp_tool: 'plug',
};

/** The key of what a Dify has, as the server makes it. @param {any} r */
const keyOf = (r) => (r.kind === 'dataset' ? r.id : `${r.provider ?? ''} ${r.id}`);

/** "org/plugin/provider", as far as a person cares. @param {string|null|undefined} provider */
const short = (provider) => (provider ?? '').split('/').pop();

/** @param {any} r */
function label(r) {
  return r.kind === 'dataset' || !r.provider ? r.name : `${r.name} · ${r.extra?.label ?? short(r.provider)}`;
}

/** Whether a Dify has what a key names; a tool is there when its provider is, as the server sees it. @param {any[]} resources @param {string} kind @param {string} key */
function isThere(resources, kind, key) {
  const [provider, ...rest] = key.split(' ');
  const fits = (r) => short(r.provider) === short(provider) && (kind === 'tool' || r.id === rest.join(' '));
  return resources.some((r) => r.kind === kind && (kind === 'dataset' ? r.id === key : fits(r)));
}

/** What can stand for a need: nothing yet, itself, or what is there. @param {any} need @param {any[]} resources */
function choices(need, resources) {
  const there = resources.filter((r) => r.kind === need.kind).map((r) => ({ value: keyOf(r), label: label(r) }));
  const own = there.some((x) => x.value === need.key);
  return [
    !need.to && { value: '', label: t('mapping.choose') },
    !own && { value: need.key, label: t(need.how === 'there' || isThere(resources, need.kind, need.key) ? 'mapping.there' : 'mapping.as_is') },
    ...there,
  ].filter(Boolean);
}

/** @param {any} need */
function secretChoices(need) {
  return [
    !need.to && { value: '', label: t('mapping.choose') },
    need.there && { value: 'keep', label: t('mapping.keep') },
    !need.masked && { value: 'same', label: t('mapping.same') },
    { value: 'new', label: t('mapping.new') },
  ].filter(Boolean);
}

/** How a proposal came about, or that an answer is wanted. @param {any} need */
function remark(need) {
  if (need.masked && !need.there) return t('mapping.masked');
  return tOr(`mapping.how.${need.how}`, '');
}

export class MappingTable {
  /** @param {{needs: any[], secrets?: any[], resources: any[], onchange?: () => void}} o */
  constructor(o) {
    this.o = o;
    this.rows = [...o.needs, ...(o.secrets ?? [])].map((need) => this.row(need));
    for (const row of this.rows) this.mark(row);
    this.el = h(
      'div.mapping',
      this.rows.map((r) => r.el),
    );
  }

  row(need) {
    const secret = need.kind === 'secret';
    const options = secret ? secretChoices(need) : choices(need, this.o.resources);
    const select = /** @type {HTMLSelectElement} */ (
      h(
        'select.select',
        { 'aria-label': t('mapping.for', { name: need.name || t('mapping.unnamed') }) },
        options.map((x) => h('option', { value: x.value, selected: x.value === (need.to ?? '') }, x.label)),
      )
    );
    const value = /** @type {HTMLInputElement} */ (
      h('input.input', {
        type: 'password',
        autocomplete: 'new-password',
        hidden: true,
        placeholder: t('mapping.value'),
        'aria-label': t('mapping.value_of', { name: need.name }),
        oninput: () => this.o.onchange?.(),
      })
    );
    select.addEventListener('change', () => {
      value.hidden = select.value !== 'new';
      if (!value.hidden) value.focus();
      this.mark(row);
      this.o.onchange?.();
    });
    value.hidden = select.value !== 'new';
    const words = [tOr(`mapping.${need.kind}`, need.kind), !secret && (need.provider ?? short(need.key.split(' ')[0])), need.nodes.join(', ')];
    const said = h('div.meta');
    const el = h(
      'div.mapping-row',
      { dataset: { key: need.key } },
      h('span.thing-icon', icon(ICONS[need.kind], 18)),
      h('div.grow', h('div.clip', need.name || t('mapping.unnamed')), h('div.meta.clip', words.filter(Boolean).join(' · '))),
      h('div.mapping-to', select, value, said),
    );
    const row = { need, select, value, said, el };
    return row;
  }

  /** Whether that Dify has not what was chosen. @param {any} row */
  lacks({ need, select }) {
    const to = select.value;
    if (!to || need.kind === 'secret' || need.how === 'unasked') return false;
    return !(need.how === 'there' && to === need.key) && !isThere(this.o.resources, need.kind, to);
  }

  /** What is to be said of a row as it is now. @param {any} row */
  mark(row) {
    const { need, select, said, el } = row;
    const lacks = this.lacks(row);
    el.classList.toggle('open', !select.value || lacks);
    fill(said, lacks ? t('mapping.lacking') : (need.kind === 'secret' || select.value === (need.to ?? '')) && remark(need));
  }

  /** Names of what was chosen and is not in that Dify. */
  lacking() {
    return this.rows.filter((r) => this.lacks(r)).map((r) => r.need.name || t('mapping.unnamed'));
  }

  /** Whether everything has an answer. */
  complete() {
    return this.rows.every((r) => r.select.value && (r.select.value !== 'new' || r.value.value));
  }

  focusOpen() {
    const first = this.rows.find((r) => !r.select.value) ?? this.rows.find((r) => r.select.value === 'new' && !r.value.value);
    (first?.select.value ? first.value : first?.select)?.focus();
  }

  /** @returns {{kind: string, key: string, to: string}[]} */
  mapping() {
    return this.rows
      .filter((r) => r.select.value && r.select.value !== 'new')
      .map((r) => ({ kind: r.need.kind, key: r.need.key, to: r.select.value }));
  }

  /** @returns {{key: string, value: string}[]} */
  secrets() {
    return this.rows.filter((r) => r.select.value === 'new' && r.value.value).map((r) => ({ key: r.need.key, value: r.value.value }));
  }
}

/** Asks what a deploy could not find there. @param {any} job @returns {Promise<any[]|null>} the mapping; null: not now */
async function askMapping(job) {
  const { needs, connection_id: id } = job.error;
  const resources = (await connections.resources(id)).items;
  const table = new MappingTable({ needs, resources });
  const c = state.connections.find((x) => x.id === id);
  return new Promise((resolve) => {
    let answer = null;
    const el = sheet({
      title: t('mapping.title'),
      body: h('div.stack', h('p.soft', t('mapping.lead')), c && h('div', connectionName(c)), table.el),
      submit: t('deploy'),
      onsubmit: async () => {
        if (!table.complete()) {
          table.focusOpen();
          throw new ApiError(409, { code: 'mapping_open', detail: t('mapping.open') });
        }
        answer = table.mapping();
      },
    });
    el.addEventListener('close', () => resolve(answer));
  });
}

/** The same once more, with an answer. @param {any} end a deploy @param {any[]} mapping */
function again(end, mapping) {
  const { version, rollback } = end.request ?? {};
  return rollback
    ? workflows.rollback(end.workflow_id, { version, mapping })
    : workflows.deploy(end.workflow_id, end.error.connection_id, mapping);
}

/** The job that follows the answer to a question; null: nobody answered. @param {any} end */
async function answered(end) {
  if (end.error.code === 'mapping_needed') {
    const mapping = await askMapping(end);
    return mapping && again(end, mapping);
  }
  // What was entered is the newest version now, also where an old one was to come back.
  return (await askSecrets(end)) && workflows.deploy(end.workflow_id, end.request?.connection_id);
}

/** The end of a deploy; where it stopped with a question, this is asked and the deploy goes on. @param {any} job @param {AbortSignal} signal */
export async function deployEnd(job, signal) {
  let end = job;
  while (['mapping_needed', 'secrets_missing'].includes(end?.error?.code)) {
    const next = await answered(end);
    if (!next) break;
    end = await jobEnd(next.job.id, signal);
  }
  return end;
}

/** The end of a deploy, told. @param {any} job @param {string} name @param {AbortSignal} signal */
export async function settleDeploy(job, name, signal) {
  tellDeployed(await deployEnd(job, signal), name);
}
