/* code.js: shows JSON, YAML or plain text with quiet colours; long texts stay fast because colouring is by line. */
import { h } from '../dom.js';
import { t } from '../i18n/index.js';
import { copyButton } from './bits.js';

const JSON_TOKEN = /("(?:[^"\\]|\\.)*")(\s*:)?|\b(true|false|null)\b|(-?\b\d+(?:\.\d+)?(?:[eE][+-]?\d+)?\b)/g;
const YAML_LINE = /^(\s*(?:- )*)([^\s#'"-][^:#]*?|"[^"]*"|'[^']*')(:)(?=\s|$)(.*)$/;
const COLOUR_MAX = 200000;

/** @param {string} line @param {Node[]} out */
function jsonLine(line, out) {
  let at = 0;
  for (const m of line.matchAll(JSON_TOKEN)) {
    if (m.index > at) out.push(document.createTextNode(line.slice(at, m.index)));
    const cls = m[1] ? (m[2] ? 'tok-key' : 'tok-str') : m[3] ? 'tok-word' : 'tok-num';
    out.push(h('span', { class: cls }, m[1] || m[0]));
    if (m[2]) out.push(document.createTextNode(m[2]));
    at = m.index + m[0].length;
  }
  out.push(document.createTextNode(line.slice(at)));
}

function yamlLine(line, out) {
  const m = YAML_LINE.exec(line);
  if (!m) {
    out.push(document.createTextNode(line));
    return;
  }
  out.push(document.createTextNode(m[1]), h('span.tok-key', m[2]), document.createTextNode(m[3]));
  const value = m[4];
  const cls = /^\s*(true|false|null|~)\s*$/.test(value)
    ? 'tok-word'
    : /^\s*-?\d+(\.\d+)?\s*$/.test(value)
      ? 'tok-num'
      : 'tok-str';
  out.push(value.trim() ? h('span', { class: cls }, value) : document.createTextNode(value));
}

/** @param {string} text @param {'json'|'yaml'|'text'} kind */
export function coloured(text, kind) {
  const pre = h('pre', { tabindex: 0 });
  if (kind === 'text' || text.length > COLOUR_MAX) {
    pre.textContent = text;
    return pre;
  }
  const out = [];
  for (const line of text.split('\n')) {
    (kind === 'json' ? jsonLine : yamlLine)(line, out);
    out.push(document.createTextNode('\n'));
  }
  out.pop();
  pre.append(...out);
  return pre;
}

/** A box with a title, copy button and coloured text. @param {{title?: string, text: string, kind?: any, cls?: string, tools?: any}} o */
export function codeBox(o) {
  const pre = coloured(o.text, o.kind || 'text');
  if (o.kind !== 'yaml') pre.classList.add('wrap');
  return h(
    'div.code-box',
    { class: o.cls || '' },
    h('header', h('span.meta.grow', o.title || t('code')), o.tools, copyButton(o.text)),
    pre,
  );
}

/** Any value from a run as readable text: strings as they are, the rest as JSON. @param {string} title @param {any} value */
export function valueBox(title, value) {
  const plain = typeof value === 'string';
  return codeBox({
    title,
    text: plain ? value : JSON.stringify(value, null, 2),
    kind: plain ? 'text' : 'json',
    cls: 'tiny',
  });
}

/** Nothing to show is null, so that callers can leave the box out. @param {string} title @param {any} value */
export function valueBoxOrNull(title, value) {
  const none =
    value === null ||
    value === undefined ||
    value === '' ||
    (typeof value === 'object' && Object.keys(value).length === 0);
  return none ? null : valueBox(title, value);
}
