/* refs.js: variable references of Dify ({{#node.var#}} and selectors) in words. */
import { h } from '../dom.js';

const REF = /\{\{#([^#{}]+)#\}\}/g;

/** Readable name of a selector: "Start › mail". @param {string[]} selector @param {Map<string, any>} nodes */
export function selectorText(selector, nodes) {
  if (!Array.isArray(selector) || selector.length === 0) return '';
  const [head, ...rest] = selector.map(String);
  const node = nodes.get(head);
  return [node ? node.title : head, ...rest].join(' › ');
}

/** Last part of a selector, for tight places. @param {string[]} selector */
export function selectorTail(selector) {
  return Array.isArray(selector) && selector.length ? String(selector[selector.length - 1]) : '';
}

/** Template text with references as "‹mail›", for one-line facts. @param {any} text */
export function plainRefs(text) {
  return String(text ?? '').replace(REF, (_, ref) => `‹${ref.split('.').slice(1).join('.') || ref}›`);
}

/** Template text with references as chips. @param {string} text @param {Map<string, any>} nodes @param {(id: string) => void} [jump] */
export function richText(text, nodes, jump) {
  const out = [];
  let at = 0;
  for (const m of text.matchAll(REF)) {
    if (m.index > at) out.push(text.slice(at, m.index));
    out.push(refChip(m[1].split('.'), nodes, jump));
    at = m.index + m[0].length;
  }
  out.push(text.slice(at));
  return out;
}

/** A chip for one reference; a click jumps to the node that makes the value. */
export function refChip(selector, nodes, jump) {
  const known = nodes.has(String(selector[0]));
  const label = selectorText(selector, nodes);
  if (!known || !jump)
    return h('span.ref', { class: known || /^(sys|env|conversation|context)$/.test(selector[0]) ? '' : 'lost' }, label);
  return h('button.ref', { type: 'button', onclick: () => jump(String(selector[0])) }, label);
}
