/* dom.js: builds elements. Text goes in as text nodes only; nothing here parses markup. */

const SVG = 'http://www.w3.org/2000/svg';

/** What may stand inside an element; lists may hold lists. @typedef {Node|string|number|null|undefined|false|any[]} Child */

/** Appends children; null, undefined and false are left out. @param {Element} el @param {Child[]} children */
export function append(el, children) {
  for (const c of children) {
    if (c === null || c === undefined || c === false) continue;
    if (Array.isArray(c)) append(el, c);
    else el.append(c instanceof Node ? c : String(c));
  }
  return el;
}

/** @param {HTMLElement|SVGElement} el @param {Record<string, any>} props */
function assign(el, props) {
  for (const [key, value] of Object.entries(props)) {
    if (value === null || value === undefined || value === false) continue;
    if (key.startsWith('on')) el.addEventListener(key.slice(2), value);
    else if (key === 'value' || key === 'checked' || key === 'indeterminate') el[key] = value;
    else if (key === 'dataset') Object.assign(el.dataset, value);
    else if (key === 'class') el.classList.add(...String(value).split(/\s+/).filter(Boolean));
    else el.setAttribute(key, value === true ? '' : String(value));
  }
}

/**
 * h('button.btn.primary', {onclick: f}, 'Save') -> element.
 * Properties are attributes; on* are listeners; value and checked are set as properties.
 * @param {string} spec tag and classes
 * @param {Record<string, any>|Child} [props]
 * @param {...Child} children
 * @returns {HTMLElement}
 */
export function h(spec, props, ...children) {
  const [tag, ...classes] = spec.split('.');
  const el = document.createElement(tag || 'div');
  if (classes.length) el.classList.add(...classes);
  return /** @type {HTMLElement} */ (finish(el, props, children));
}

/** The same for SVG. @param {string} spec @param {any} [props] @param {...Child} children @returns {SVGElement} */
export function s(spec, props, ...children) {
  const [tag, ...classes] = spec.split('.');
  const el = document.createElementNS(SVG, tag);
  if (classes.length) el.classList.add(...classes);
  return /** @type {SVGElement} */ (finish(el, props, children));
}

function finish(el, props, children) {
  const plain = props && typeof props === 'object' && !Array.isArray(props) && !(props instanceof Node);
  if (plain) assign(el, props);
  else children = [props, ...children];
  return append(el, children);
}

/** Empties an element and fills it anew. @param {Element} el @param {...Child} children */
export function fill(el, ...children) {
  el.replaceChildren();
  return append(el, children);
}

/** Sets a custom property or style through the CSSOM, which a strict CSP allows. */
export function style(el, values) {
  for (const [key, value] of Object.entries(values)) el.style.setProperty(key, value);
  return el;
}

/** True while a person is typing, so that single-key shortcuts keep quiet. @param {Event} e */
export function typing(e) {
  const el = /** @type {HTMLElement} */ (e.composedPath()[0]);
  return el instanceof HTMLElement && (el.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(el.tagName));
}

/** @param {Function} fn @param {number} ms */
export function debounce(fn, ms) {
  let timer = 0;
  return (...args) => {
    clearTimeout(timer);
    timer = window.setTimeout(() => fn(...args), ms);
  };
}

/** A random id that needs no secure context. */
export function uid() {
  const bytes = crypto.getRandomValues(new Uint8Array(12));
  return Array.from(bytes, (b) => b.toString(16).padStart(2, '0')).join('');
}
