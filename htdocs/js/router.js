/* router.js: pages by the fragment of the URL, "#/workflows/ID?tab=runs"; filters live in its query. */

/**
 * @typedef {Object} Context what a page gets
 * @property {HTMLElement} root empty element to fill
 * @property {Record<string, string>} params from the pattern
 * @property {URLSearchParams} query
 * @property {AbortSignal} signal aborted when the page is left
 * @property {(changes: Record<string, string|null>, push?: boolean) => void} setQuery
 * @property {(text: string) => void} title
 */

/** @typedef {{pattern: string, load: () => Promise<{mount: (c: Context) => any}>, nav?: string, open?: boolean}} Route */

/** "/workflows/:id" against "/workflows/abc". */
function match(pattern, path) {
  const a = pattern.split('/');
  const b = path.split('/');
  if (a.length !== b.length) return null;
  const params = {};
  for (let i = 0; i < a.length; i++) {
    if (a[i].startsWith(':')) params[a[i].slice(1)] = decodeURIComponent(b[i]);
    else if (a[i] !== b[i]) return null;
  }
  return params;
}

/** @param {string} path @param {Record<string, any>} [query] */
export function href(path, query = {}) {
  const q = new URLSearchParams();
  for (const [k, v] of Object.entries(query)) if (v !== null && v !== undefined && v !== '') q.set(k, String(v));
  return `#${path}${q.size ? `?${q}` : ''}`;
}

/** @param {string} path @param {Record<string, any>} [query] */
export function go(path, query) {
  const target = href(path, query);
  if (location.hash === target) window.dispatchEvent(new HashChangeEvent('hashchange'));
  else location.hash = target;
}

export function current() {
  const [path, query = ''] = (location.hash.slice(1) || '/').split('?');
  return { path: path.replace(/(.)\/+$/, '$1'), query: new URLSearchParams(query) };
}

/** Changes the query without mounting the page anew. */
function setQuery(changes, push = false) {
  const { path, query } = current();
  for (const [k, v] of Object.entries(changes)) {
    if (v === null || v === '') query.delete(k);
    else query.set(k, v);
  }
  const url = href(path, Object.fromEntries(query));
  if (url === location.hash) return;
  history[push ? 'pushState' : 'replaceState'](null, '', url);
}

/** @param {Route[]} routes @param {string} path */
export function find(routes, path) {
  for (const route of routes) {
    const params = match(route.pattern, path);
    if (params) return { route, params };
  }
  return null;
}

/** Builds the context of a page. @returns {Context} */
export function context(root, params, signal, onTitle) {
  return { root, params, query: current().query, signal, setQuery, title: onTitle };
}
