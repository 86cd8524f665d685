/* connections.js: the Dify instances that the studio knows - list, form, test with advice. */
import { h } from '../dom.js';
import { t, tOr } from '../i18n/index.js';
import { connections } from '../api.js';
import { state } from '../state.js';
import { icon } from '../ui/icons.js';
import { thing } from '../ui/thing.js';
import { segments, time } from '../ui/bits.js';
import { colourField, waySection } from './connection-way.js';
import { wayFields, wayValues } from './way.js';
import { Things, formSheet, testSteps } from './things.js';
import { statusBadge, sandboxBadge, colourMark, connectionTrouble } from '../ui/badge.js';
import { text, check, requireAll } from '../ui/field.js';

/** @param {any} x the connection as it is, {} for a new one */
function fields(x) {
  const secret = (auth, label, more) =>
    text({
      label,
      type: 'password',
      autocomplete: 'new-password',
      placeholder: x.auth === auth ? x.secret_hint : '',
      ...more,
    });
  return {
    name: text({ label: t('connection.name'), value: x.name, maxlength: 80, placeholder: t('connection.name.sample') }),
    base_url: text({
      label: t('connection.url'),
      type: 'url',
      code: true,
      value: x.base_url,
      placeholder: 'http://192.168.1.20',
      hint: t('connection.url.hint'),
    }),
    email: text({ label: t('connection.email'), type: 'email', value: x.email }),
    password: secret('password', t('connection.password'), {
      hint: t(x.secret_hint ? 'secret.keep' : 'secret.sealed'),
    }),
    api_key: secret('admin_key', t('connection.key'), { code: true, hint: t('connection.key.hint') }),
    workspace_id: text({
      label: t('connection.workspace'),
      value: x.workspace_id,
      code: true,
      optional: true,
      hint: t('connection.workspace.hint'),
    }),
    colour: colourField(x),
    ...wayFields(x),
    is_default: check({
      label: t('connection.default'),
      value: x.is_default ?? !state.connections.length,
      role: 'switch',
      whole: true,
    }),
  };
}

const WAYS = { password: ['email', 'password'], admin_key: ['api_key', 'workspace_id'] };

/** The choice of signing in, and the fields of each way. @param {Record<string, import('../ui/field.js').Field>} f @param {'password'|'admin_key'} first */
function signInFields(f, first) {
  const boxes = Object.fromEntries(
    Object.entries(WAYS).map(([k, names]) => [
      k,
      h(
        'div.stack',
        names.map((n) => f[n].el),
      ),
    ]),
  );
  const chosen = { auth: first };
  const choose = (key) => {
    chosen.auth = key;
    for (const [k, box] of Object.entries(boxes)) box.hidden = k !== key;
  };
  const ways = [
    { key: 'password', label: t('connection.by_password'), icon: 'user' },
    { key: 'admin_key', label: t('connection.by_key'), icon: 'key' },
  ];
  const label = t('connection.auth');
  const way = h('div.field', h('div.label', label), segments(ways, first, choose, label));
  choose(first);
  return { chosen, el: [way, Object.values(boxes)] };
}

/** What the server shall keep; null when something is missing. @param {any} f @param {'password'|'admin_key'} auth @param {any} before */
function values(f, auth, before) {
  const fresh = before?.auth !== auth;
  const needed = { password: fresh ? [f.email, f.password] : [f.email], admin_key: fresh ? [f.api_key] : [] }[auth];
  if (!requireAll([f.name, f.base_url, ...needed])) return null;
  const body = { auth, is_default: f.is_default.value() };
  for (const key of ['name', 'base_url', ...WAYS[auth]]) {
    const v = f[key].value();
    if (v !== undefined) body[key] = v;
  }
  return { ...body, colour: f.colour.value(), ...wayValues(f) };
}

/** @param {any} connection null for a new one @param {Things} page */
function form(connection, page) {
  const f = fields(connection ?? {});
  const way = signInFields(f, connection?.auth ?? 'password');
  formSheet({
    title: connection ? t('connection.edit') : t('connections.add'),
    fields: f,
    body: h('div.stack', f.name.el, f.base_url.el, way.el, f.is_default.el, waySection(f, connection ?? {})),
    values: () => values(f, way.chosen.auth, connection),
    save: (body) => (connection ? connections.update(connection.id, body) : connections.create(body)),
    done: () => page.saved(connection?.id),
  });
}

/** What a test found, with advice in our words where we have them. */
function result(job, x) {
  const told = (s) => !s.ok && s.code && tOr(`trouble.${s.code}`, '');
  return testSteps(job, {
    detail: (s) => told(s) || (s.detail && tOr(`detail.${s.code ?? s.step}`, s.detail, s)),
    advice: (s) =>
      told(s) ? t('advice.trouble') : s.advice && tOr(`advice.${s.step}.${x.auth}`, tOr(`advice.${s.step}`, s.advice)),
    look: (s) => (s.step === 'known' ? ['warn', 'alert'] : null),
  });
}

/** State, version and way of signing in, in one line. */
function stateLine(x) {
  const who = x.email ? `: ${x.email}` : x.secret_hint ? ` ${x.secret_hint}` : '';
  const way = t(x.auth === 'password' ? 'connection.by_password' : 'connection.by_key') + who;
  const versions = [x.version && `Dify ${x.version}`, x.dsl_version && `DSL ${x.dsl_version}`, way].filter(Boolean);
  return h(
    'div.row.wrap',
    statusBadge(x.state),
    versions.map((words) => h('span.meta', words)),
    h('span.grow'),
    h('span.meta', x.seen_at ? [t('seen'), ' ', time(x.seen_at)] : t('seen.never')),
  );
}

function trouble(x) {
  if (!x.error || x.state === 'up') return null;
  const barred = x.auth === 'password' && x.error_code === 'dify_auth';
  const next = t(barred ? 'connection.barred' : 'connection.retrying');
  const words = h('div.grow.wrap-any', connectionTrouble(x), h('div.meta', x.error), h('div.meta', next));
  return h('div.note', { class: x.state === 'refused' ? 'error' : 'warn' }, icon('alert'), words);
}

/** @param {any} x @param {Things} page */
function card(x, page) {
  return thing({
    item: x,
    icon: 'plug',
    sub: x.base_url,
    mark: colourMark(x.colour),
    badges: x.is_sandbox && sandboxBadge(),
    marked: x.id === page.c.query.get('id'),
    body: [stateLine(x), trouble(x), page.results.get(x.id)],
    test: () => page.test(x),
    admin: state.may('admin') && {
      edit: () => form(x, page),
      makeDefault: () => connections.update(x.id, { is_default: true }),
      defaultLabel: t('connection.make_default'),
      remove: () => connections.remove(x.id),
      title: t('connection.delete', { name: x.name }),
      text: t('connection.delete.text'),
      done: () => page.load(),
    },
  });
}

/** @param {import('../router.js').Context} c */
export async function mount(c) {
  const page = new Things(c, {
    name: 'connections',
    list: 'div.stack',
    load: () => state.loadConnections(c.signal),
    card,
    form,
    test: connections.test,
    result,
  });
  state.addEventListener('connections', () => page.show(state.connections), { signal: c.signal }); // how each is changes by itself
  await page.load();
}
