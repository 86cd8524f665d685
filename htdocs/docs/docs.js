/* docs.js: shows openapi.json as a page: an index, and a card an operation. */
import { h } from '../js/dom.js';

const METHODS = ['get', 'head', 'post', 'put', 'patch', 'delete', 'options'];
let api;

/** What a {$ref} names. */
function resolve(node) {
  while (node && node.$ref) {
    const rest = { ...node };
    delete rest.$ref;
    node = { ...node.$ref.split('/').slice(1).reduce((at, part) => at[part], api), ...rest };
  }
  return node;
}

/** A schema in few words: "integer 1..100", "viewer | editor | admin", "Job". */
function words(schema) {
  if (!schema) return '';
  if (schema.$ref) {
    const target = resolve(schema);
    const name = schema.$ref.split('/').pop();
    return target.type === 'object' ? name : words(target);
  }
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum) return schema.enum.join(' | ');
  if (schema.type === 'array') return `list of ${words(schema.items) || 'anything'}`;
  const type = [].concat(schema.type || 'anything').join(' or ');
  const low = schema.minimum ?? schema.minLength;
  const high = schema.maximum ?? schema.maxLength;
  if (low === undefined && high === undefined) return type;
  return `${type} ${low ?? ''}..${high ?? ''}`;
}

/** Every named member of a schema, with those of allOf and oneOf. */
function members(schema) {
  const s = resolve(schema) || {};
  const own = Object.entries(s.properties || {}).map(([name, value]) => ({
    name, schema: value, required: (s.required || []).includes(name),
  }));
  const parts = [...(s.allOf || []), ...(s.oneOf || [])].flatMap(members);
  const needed = (s.allOf || []).flatMap((p) => p.required || []);
  return [...own, ...parts].map((m) => ({ ...m, required: m.required || needed.includes(m.name) }));
}

function row(name, required, schema, description) {
  const text = [words(schema), description || resolve(schema)?.description].filter(Boolean).join(' - ');
  return [h('dt', name, required && h('b', ' *')), h('dd', text)];
}

function list(title, rows) {
  return rows.length ? [h('h4', title), h('dl', rows)] : null;
}

function body(op) {
  return Object.entries(op.requestBody?.content || {}).map(([type, { schema }]) => {
    const found = members(schema);
    if (!found.length) return list('Body', row(type, op.requestBody.required, schema, ''));
    return list(`Body (${type})`, found.map((m) => row(m.name, m.required, m.schema)));
  });
}

function answers(op) {
  return list('Answers', Object.entries(op.responses).map(([status, response]) => {
    const r = resolve(response);
    const [type, content] = Object.entries(r.content || {})[0] || [];
    const shape = type === 'application/json' ? words(content.schema) : '';
    return [h('dt', status), h('dd', r.description.trim(), shape && shape !== 'object' ? ` (${shape})` : '')];
  }));
}

function card(path, method, op, shared) {
  const parameters = [...shared, ...(op.parameters || [])].map(resolve);
  return h('section.op', { id: op.operationId },
    h('h3', h('span.method', method.toUpperCase()), path, h('span.role', op['x-role'])),
    h('p', op.summary), op.description && h('p', op.description.trim()),
    list('Parameters', parameters.map((p) => row(`${p.name}`, p.required, p.schema, `in ${p.in}. ${p.description || ''}`))),
    body(op), answers(op));
}

function operations() {
  return Object.entries(api.paths).flatMap(([path, item]) => METHODS.filter((m) => item[m])
    .map((method) => ({ path, method, op: item[method], shared: item.parameters || [] })));
}

async function show() {
  const answer = await fetch('/api/openapi.json');
  const main = document.getElementById('doc');
  if (!answer.ok) {
    main.append(h('p', `The description could not be read (${answer.status}).`));
    return;
  }
  api = await answer.json();
  main.append(h('h1', `${api.info.title} API`), h('p', api.info.description.replaceAll('**', '').replaceAll('`', '')),
    h('p', h('a', { href: '/api/openapi.json' }, 'openapi.json')));
  const index = document.getElementById('index');
  for (const { name } of api.tags) {
    const own = operations().filter((o) => o.op.tags.includes(name));
    if (!own.length) continue;
    index.append(h('h2', name), ...own.map((o) => h('a', { href: `#${o.op.operationId}` }, o.op.summary)));
    main.append(...own.map((o) => card(o.path, o.method, o.op, o.shared)));
  }
  if (location.hash) document.getElementById(location.hash.slice(1))?.scrollIntoView();
}

show();
