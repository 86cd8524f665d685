/* outcome.js: what a finished generation says - facts, fixes, findings, assumptions - or why it failed and what to do now. */
import { h, fill } from '../dom.js';
import { state } from '../state.js';
import { t, tOr } from '../i18n/index.js';
import { count, duration, money } from '../format.js';
import { icon, turnIcon } from '../ui/icons.js';
import { dropZone } from '../ui/drop.js';
import { tierBadge } from '../ui/badge.js';
import { coloured } from '../ui/code.js';
import { findingText } from '../graph/panel.js';
import { jobError, reasonOf } from './job-words.js';

const tiers = ['E', 'R', 'L', 'W'];

/** Findings as rows; a click jumps to the node. @param {import('../types.js').Finding[]} list @param {(id: string) => void} jump @param {(f: any) => any} [extra] */
export function findingList(list, jump, extra) {
  const sorted = [...list].sort((a, b) => tiers.indexOf(a.tier) - tiers.indexOf(b.tier));
  return h(
    'ul.finding-list',
    sorted.map((f) =>
      h(
        'li',
        { class: `tier-${f.tier}` },
        h(
          f.node ? 'button' : 'div',
          { class: 'finding', type: f.node ? 'button' : null, onclick: f.node ? () => jump(String(f.node)) : null },
          h(
            'span.row.wrap',
            tierBadge(f.tier),
            h('code.meta', f.code),
            f.fixable && !extra && h('span.meta', t('finding.fixable')),
          ),
          h('span.wrap-any', findingText(f)),
          f.allowed && h('span.meta.wrap-any', t('finding.allowed', { list: f.allowed })),
        ),
        extra?.(f) ?? null,
      ),
    ),
  );
}

/** "4 automatic fixes", which opens what was fixed and why. @param {any[]} fixes */
export function fixesDetails(fixes, open = false) {
  if (!fixes?.length) return null;
  const value = (v) => (v === undefined || v === null ? '–' : typeof v === 'string' ? v : JSON.stringify(v));
  return h(
    'details.fixes',
    { open },
    h('summary', turnIcon(), icon('wrench', 16), t('fixes', { n: fixes.length })),
    h(
      'ul.changes',
      fixes.map((f) =>
        h(
          'li',
          h('span', tOr(`fix.${f.code}`, '') || findingText(f), ' ', h('code.meta', f.pointer)),
          f.before && h('del', value(f.before)),
          f.after && h('ins', value(f.after)),
        ),
      ),
    ),
  );
}

/** @param {any} result @param {{model: string, nodes: number, jump: (id: string) => void, ask: (questions: string[]) => HTMLElement}} o */
export function doneParts(result, o) {
  const tokens = (result.tokens?.prompt ?? 0) + (result.tokens?.completion ?? 0);
  const fact = (name, text) => text && h('span.chip', icon(name, 14), text);
  return [
    h(
      'div.row.wrap.chips',
      fact('flow', t('nodes', { n: o.nodes })),
      fact('cube', o.model),
      result.ms > 0 && fact('clock', duration(result.ms)),
      tokens > 0 && fact('spark', t('tokens.n', { n: count(tokens) })),
      result.cost && fact('tag', money(result.cost)),
    ),
    fixesDetails(result.fixes),
    result.findings?.length > 0 &&
      h(
        'section.stack.tight',
        h('h3', t('findings.count', { n: result.findings.length })),
        findingList(result.findings, o.jump),
      ),
    result.assumptions?.length > 0 &&
      h(
        'section.stack.tight',
        h('h3', t('assumptions')),
        h(
          'ul.bullets',
          result.assumptions.map((x) => h('li', String(x))),
        ),
      ),
    result.questions?.length > 0 && o.ask(result.questions.map(String)),
    result.reasoning && folded(t('thought'), result.reasoning),
    result.answer && folded(t('raw_answer'), result.answer),
  ];
}

/** A long text behind one line; drawn when it is opened. @param {string} title @param {string} text */
function folded(title, text) {
  const body = h('div');
  return h(
    'details',
    {
      ontoggle: () => {
        if (!body.firstChild) fill(body, h('div.code-box.tiny', coloured(String(text), 'text')));
      },
    },
    h('summary.meta', turnIcon(), title),
    body,
  );
}

/** Whose side a failure is on, by its code. @param {string} code */
function side(code) {
  if (/^model/.test(code)) return 'model';
  if (/dify|connection|^engine|generator/.test(code)) return 'dify';
  if (/json|cut_off|too_long|invalid|generation|no_graph/.test(code)) return 'answer';
  return 'studio';
}

/** The other models as chips; a click asks one of them. @param {string|undefined} asked @param {() => void} again */
export function otherModels(asked, again) {
  const others = state.models.filter((m) => m.id !== asked).slice(0, 4);
  const ask = (id) => () => {
    state.chooseModel(id);
    again();
  };
  if (!others.length) return null;
  return h(
    'span.row.wrap.chips',
    others.map((m) => h('button.chip', { onclick: ask(m.id) }, m.name)),
  );
}

/** @param {import('../types.js').Job} job @param {{again: () => any, models: HTMLElement|null, onfile: (f: File) => void, edit: (() => void)|null, jump: (id: string) => void}} o */
export function failedParts(job, o) {
  const code = reasonOf(job.error);
  const findings = ['model', 'dify'].includes(side(code)) ? [] : (job.error?.findings ?? job.result?.findings ?? []);
  const cancelled = job.state === 'cancelled';
  return [
    cancelled
      ? h('div.note', icon('stop'), h('div.grow', h('strong', t('new.cancelled')), h('div', t('new.kept'))))
      : h(
          'div.note.error',
          { role: 'alert' },
          icon('fail'),
          h(
            'div.grow',
            h('strong.wrap-any', jobError(job.error)),
            h('div', t(`new.side.${side(code)}`), ' ', t('new.kept')),
            h(
              'details',
              h('summary', turnIcon(), t('details')),
              h('div.wrap-any.mono', [code, job.error?.message, job.id].filter(Boolean).join(' · ')),
            ),
          ),
        ),
    findings.length > 0 &&
      h('section.stack.tight', h('h3', t('findings.count', { n: findings.length })), findingList(findings, o.jump)),
    h(
      'section.stack.tight',
      h('h3', t('new.ways')),
      h(
        'div.ways-on',
        h(
          'button.way',
          { onclick: o.again },
          icon('refresh', 20),
          h('span', h('strong', t('new.again')), h('span.meta', t('new.again.hint'))),
        ),
        o.models && h('div.way', icon('cube', 20), h('span', h('strong', t('new.other_model')), o.models)),
        o.edit &&
          h(
            'button.way',
            { onclick: o.edit },
            icon('pencil', 20),
            h('span', h('strong', t('new.edit_plan')), h('span.meta', t('new.edit_plan.hint'))),
          ),
        dropZone({
          label: t('new.own_file'),
          hint: t('new.own_file.hint'),
          accept: '.yml,.yaml,.json',
          compact: true,
          icon: 'file',
          onfiles: ([f]) => o.onfile(f),
        }),
      ),
    ),
    job.result?.reasoning && folded(t('thought'), job.result.reasoning),
    job.result?.answer && folded(t('raw_answer'), job.result.answer),
  ];
}
