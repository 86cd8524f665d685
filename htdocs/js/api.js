/* api.js: the only place that talks to the server. Every route the pages use is written here once. */
import { tOr, t } from './i18n/index.js';
import { uid } from './dom.js';
import { renewOnce } from './renew.js';

/** What went wrong, in words, with the server's code and request id. */
export class ApiError extends Error {
  /** @param {number} status @param {any} problem */
  constructor(status, problem) {
    const code = problem.code || (status ? `http_${status}` : 'offline');
    const specific = tOr(`error.${code}`, '');
    super(specific || problem.detail || problem.title || t(status ? 'error.server' : 'error.offline', { status }));
    this.status = status;
    this.code = code;
    this.detail = problem.detail || problem.title || '';
    this.requestId = problem.request_id || '';
    this.errors = problem.errors || [];
    this.problem = problem;
  }
}

let onSignedOut = () => {};

/** @param {() => void} fn called when the session is over and can't be renewed */
export function whenSignedOut(fn) {
  onSignedOut = fn;
}

/** @param {Response} res */
async function readProblem(res) {
  const text = await res.text().catch(() => '');
  try {
    const body = JSON.parse(text);
    if (body && typeof body === 'object') return { request_id: res.headers.get('X-Request-Id'), ...body };
  } catch {
    /* an HTML page of the web server */
  }
  return { request_id: res.headers.get('X-Request-Id') };
}

const refresh = () => renewOnce(() => fetch('/api/auth/refresh', { method: 'POST' }).then((r) => r.ok));

/**
 * @typedef {Object} Options
 * @property {Record<string, any>} [path] values for {names} in the route
 * @property {Record<string, any>} [query]
 * @property {any} [body] JSON, or a Blob/string sent as it is
 * @property {Record<string, string>} [headers]
 * @property {AbortSignal} [signal]
 * @property {'json'|'text'|'response'} [as]
 * @property {boolean} [anonymous] no renewal of the session
 */

/** One request. @param {string} route "METHOD /path/{id}" @param {Options} [o] @returns {Promise<any>} */
async function call(route, o = {}) {
  const [method, pattern] = route.split(' ');
  const url = new URL(
    pattern.replace(/\{(\w+)\}/g, (_, k) => encodeURIComponent(o.path[k])),
    location.origin,
  );
  for (const [k, v] of Object.entries(o.query || {})) {
    if (v !== undefined && v !== null && v !== '') url.searchParams.set(k, String(v));
  }
  const headers = { Accept: 'application/json, application/problem+json', ...o.headers };
  let body = o.body;
  if (body !== undefined && !(body instanceof Blob) && typeof body !== 'string') {
    body = JSON.stringify(body);
    headers['Content-Type'] ??= 'application/json';
  }
  const send = () =>
    fetch(url, { method, headers, body, signal: o.signal, credentials: 'same-origin' }).catch((e) => {
      throw e.name === 'AbortError' ? e : new ApiError(0, {});
    });
  let res = await send();
  if (res.status === 401 && !o.anonymous) {
    if (await refresh()) res = await send();
    if (res.status === 401) onSignedOut();
  }
  if (res.status === 503 && method === 'GET') {
    await new Promise((r) => setTimeout(r, Math.min(5, Number(res.headers.get('Retry-After')) || 1) * 1000));
    res = await send();
  }
  if (!res.ok) throw new ApiError(res.status, await readProblem(res));
  if (o.as === 'response') return res;
  if (o.as === 'text') return res.text();
  const text = await res.text();
  if (!text) return null;
  try {
    return JSON.parse(text);
  } catch {
    throw new ApiError(res.status, { detail: t('error.not_json') });
  }
}

const job = (extra = {}) => ({ Prefer: 'respond-async', 'Idempotency-Key': uid(), ...extra });

export const auth = {
  setup: (body) => call('POST /api/auth/setup', { body, anonymous: true }),
  login: (username, password) => call('POST /api/auth/login', { body: { username, password }, anonymous: true }),
  logout: () => call('POST /api/auth/logout', { anonymous: true }),
  me: (signal) => call('GET /api/auth/me', { signal }),
  password: (body) => call('POST /api/auth/password', { body }),
  tokens: (signal) => call('GET /api/auth/tokens', { signal }),
  createToken: (body) => call('POST /api/auth/tokens', { body }),
  deleteToken: (id) => call('DELETE /api/auth/tokens/{id}', { path: { id } }),
};

export const models = {
  list: (signal) => call('GET /api/models', { signal }),
  get: (id, signal) => call('GET /api/models/{id}', { path: { id }, signal }),
  create: (body) => call('POST /api/models', { body }),
  update: (id, body) => call('PATCH /api/models/{id}', { path: { id }, body }),
  remove: (id) => call('DELETE /api/models/{id}', { path: { id } }),
  test: (id) => call('POST /api/models/{id}/test', { path: { id }, headers: job() }),
};

export const generations = {
  list: (query, signal) => call('GET /api/generations', { query, signal }),
  get: (id, signal) => call('GET /api/generations/{id}', { path: { id }, signal }),
  summary: (query, signal) => call('GET /api/generations/summary', { query, signal }),
};

export const connections = {
  list: (signal) => call('GET /api/connections', { signal }),
  get: (id, signal) => call('GET /api/connections/{id}', { path: { id }, signal }),
  create: (body) => call('POST /api/connections', { body }),
  update: (id, body) => call('PATCH /api/connections/{id}', { path: { id }, body }),
  remove: (id) => call('DELETE /api/connections/{id}', { path: { id } }),
  test: (id) => call('POST /api/connections/{id}/test', { path: { id }, headers: job() }),
  apps: (id) => call('POST /api/connections/{id}/apps', { path: { id }, headers: job() }),
  import: (id, body) => call('POST /api/connections/{id}/import', { path: { id }, body, headers: job() }),
  resources: (id, kind, signal) =>
    call('GET /api/connections/{id}/resources', { path: { id }, query: { kind }, signal }),
};

export const workflows = {
  list: (query, signal) => call('GET /api/workflows', { query, signal }),
  tags: (signal) => call('GET /api/workflows/tags', { signal }),
  uses: (kind, signal) => call('GET /api/workflows/uses', { query: { kind }, signal }),
  get: (id, signal) => call('GET /api/workflows/{id}', { path: { id }, signal }),
  update: (id, body) => call('PATCH /api/workflows/{id}', { path: { id }, body }),
  remove: (id, dify) => call('DELETE /api/workflows/{id}', { path: { id }, query: { dify: dify ? 1 : '' } }),
  dsl: (id, signal, version) =>
    call('GET /api/workflows/{id}/dsl', { path: { id }, query: { format: 'json', version }, signal }),
  dslText: (id, format, signal) =>
    call('GET /api/workflows/{id}/dsl', { path: { id }, query: { format }, signal, as: 'text' }),
  diff: (id, from, to, signal) =>
    call('GET /api/workflows/{id}/diff', { path: { id }, query: { from, to }, signal }),
  versions: (id, signal) => call('GET /api/workflows/{id}/versions', { path: { id }, signal }),
  deploy: (id, connectionId, mapping) =>
    call('POST /api/workflows/{id}/deploy', {
      path: { id },
      body: { ...(connectionId && { connection_id: connectionId }), ...(mapping && { mapping }) },
      headers: job(),
    }),
  exportZip: (ids) => call('GET /api/workflows/export.zip', { query: { ids }, as: 'response' }),
  restore: (file, query, signal) =>
    call('POST /api/workflows/restore', { body: file, query, signal, headers: { 'Content-Type': 'application/zip' } }),
  promote: (id, body) => call('POST /api/workflows/{id}/promote', { path: { id }, body, headers: job() }),
  putSecrets: (id, body) => call('PUT /api/workflows/{id}/secrets', { path: { id }, body }),
  keepFound: (id, version) => call('PUT /api/workflows/{id}/found', { path: { id }, body: { version } }),
  conversations: (id, query, signal) =>
    call('GET /api/workflows/{id}/conversations', { path: { id }, query, signal }),
  putDsl: (id, body) => call('PUT /api/workflows/{id}/dsl', { path: { id }, body }),
  rollback: (id, body) => call('POST /api/workflows/{id}/rollback', { path: { id }, body, headers: job() }),
  run: (id, body) => call('POST /api/workflows/{id}/run', { path: { id }, body, headers: job() }),
  create: (body) => call('POST /api/workflows', { body, headers: job() }),
  generate: (body) => call('POST /api/workflows/generate-dsl', { body, headers: job() }),
  edit: (id, body) => call('POST /api/workflows/{id}/edit', { path: { id }, body, headers: job() }),
  takeEdit: (id, body) => call('PUT /api/workflows/{id}/edit', { path: { id }, body }),
  editUnsaved: (body) => call('POST /api/workflows/edit', { body, headers: job() }),
};

export const jobs = {
  list: (query, signal) => call('GET /api/jobs', { query, signal }),
  get: (id, signal) => call('GET /api/jobs/{id}', { path: { id }, signal }),
  testPlan: (id, signal) => call('GET /api/jobs/{id}/test', { path: { id }, signal }),
  test: (id, body) => call('POST /api/jobs/{id}/test', { path: { id }, body, headers: job() }),
  cancel: (id) => call('POST /api/jobs/{id}/cancel', { path: { id } }),
};

export const runs = {
  list: (query, signal) => call('GET /api/runs', { query, signal }),
  get: (id, signal) => call('GET /api/runs/{id}', { path: { id }, signal }),
  retry: (id) => call('POST /api/runs/{id}/retry', { path: { id }, headers: job() }),
  stop: (id) => call('POST /api/runs/{id}/stop', { path: { id } }),
};

const TUS = { 'Tus-Resumable': '1.0.0' };

export const uploads = {
  list: (query, signal) => call('GET /api/kb/uploads', { query, signal }),
  get: (id, signal) => call('GET /api/kb/uploads/{id}', { path: { id }, signal }),
  create: (length, metadata) =>
    call('POST /api/kb/uploads', {
      headers: { ...TUS, 'Upload-Length': String(length), 'Upload-Metadata': metadata },
      as: 'response',
    }),
  offset: (id, signal) => call('HEAD /api/kb/uploads/{id}', { path: { id }, headers: TUS, as: 'response', signal }),
  patch: (id, offset, chunk, signal) =>
    call('PATCH /api/kb/uploads/{id}', {
      path: { id },
      body: chunk,
      as: 'response',
      signal,
      headers: { ...TUS, 'Upload-Offset': String(offset), 'Content-Type': 'application/offset+octet-stream' },
    }),
  remove: (id) => call('DELETE /api/kb/uploads/{id}', { path: { id }, headers: TUS }),
};

export const dsl = {
  validate: (body, signal) => call('POST /api/dsl/validate', { body, signal }),
  build: (body, signal) => call('POST /api/dsl/build', { body, signal }),
  fix: (body, signal) => call('POST /api/dsl/fix', { body, signal }),
  convert: (body, signal) => call('POST /api/dsl/convert', { body, signal }),
};

export const status = {
  get: (signal) => call('GET /api/status', { signal }),
};
