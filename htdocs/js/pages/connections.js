/* connections.js: the Dify instances that the studio knows - list, form, test with advice. */
import { h, fill } from '../dom.js';
import { t, tOr } from '../i18n/index.js';
import { connections } from '../api.js';
import { state } from '../state.js';
import { jobEnd } from '../watch.js';
import { icon } from '../ui/icons.js';
import { thing } from '../ui/thing.js';
import { empty, skeleton, segments, time } from '../ui/bits.js';
import { wayFields, waySection, wayValues } from './connection-way.js';
import { sheet } from '../ui/dialog.js';
import { statusBadge, sandboxBadge, colourMark } from '../ui/badge.js';
import { text, check, requireAll, showProblems } from '../ui/field.js';
import { toast, errorNote } from '../ui/toast.js';
import { jobError } from './job-words.js';

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
  return { ...body, ...wayValues(f) };
}

/** @param {any} connection null for a new one @param {() => void} done */
function form(connection, done) {
  const f = fields(connection ?? {});
  const way = signInFields(f, connection?.auth ?? 'password');
  sheet({
    title: connection ? t('connection.edit') : t('connections.add'),
    submit: t('save'),
    body: h('div.stack', f.name.el, f.base_url.el, way.el, f.is_default.el, waySection(f, connection ?? {})),
    onsubmit: async () => {
      const body = values(f, way.chosen.auth, connection);
      if (!body) throw new DOMException('', 'AbortError');
      await (connection ? connections.update(connection.id, body) : connections.create(body)).catch((error) => {
        throw showProblems(f, error) ? new DOMException('', 'AbortError') : error;
      });
      toast(t('saved'), { tone: 'ok' });
      done();
    },
  });
}

/** Advice in our words where we have them. @param {any} step @param {string} auth */
function advice(step, auth) {
  return tOr(`advice.${step.step}.${auth}`, tOr(`advice.${step.step}`, step.advice));
}

/** Step by step what works, and what to do where not. @param {any} job @param {string} auth */
function steps(job, auth) {
  const list = job?.result?.steps ?? [];
  const bad = job?.state !== 'succeeded' && !list.length;
  return h(
    'div.stack.tight',
    bad && h('div.note.error', icon('fail'), h('div.wrap-any', jobError(job?.error))),
    list.length > 0 &&
      h(
        'ol.steps',
        list.map((x) => {
          const [tone, sign] = x.step === 'known' ? ['warn', 'alert'] : x.ok ? ['ok', 'okay'] : ['error', 'fail'];
          return h(
            'li',
            { class: tone },
            icon(sign, 18),
            h(
              'div.grow',
              h('strong', tOr(`step.${x.step}`, x.step)),
              x.detail && h('div.soft.wrap-any', tOr(`detail.${x.step}`, x.detail)),
              x.advice && h('div.advice.wrap-any', advice(x, auth)),
            ),
          );
        }),
      ),
  );
}

/** What the last test of each connection said, while the page is open. @type {Map<string, HTMLElement>} */
let results = new Map();

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
    h('span.meta', t('seen'), ' ', time(x.seen_at)),
  );
}

function trouble(x) {
  if (!x.error || x.state === 'up') return null;
  const words = h('div.grow.wrap-any', x.error, h('div.meta', t('connection.retrying')));
  return h('div.note', { class: x.state === 'refused' ? 'error' : 'warn' }, icon('alert'), words);
}

function card(x, c, reload) {
  const result = h('div', results.get(x.id));
  return thing({
    item: x,
    icon: 'plug',
    sub: x.base_url,
    mark: colourMark(x.colour),
    badges: x.is_sandbox && sandboxBadge(),
    marked: x.id === c.query.get('id'),
    body: [stateLine(x), trouble(x), result],
    test: async () => {
      fill(result);
      const { job } = await connections.test(x.id);
      results.set(x.id, steps(await jobEnd(job.id, c.signal), x.auth));
      await reload();
    },
    admin: state.may('admin') && {
      edit: () => form(x, reload),
      makeDefault: () => connections.update(x.id, { is_default: true }),
      defaultLabel: t('connection.make_default'),
      remove: () => connections.remove(x.id),
      title: t('connection.delete', { name: x.name }),
      text: t('connection.delete.text'),
      done: reload,
    },
  });
}

/** @param {import('../router.js').Context} c */
export async function mount(c) {
  results = new Map();
  const list = h('div', skeleton(3));
  const add = () => form(null, load);
  const draw = () => {
    const items = state.connections;
    fill(
      list,
      items.length
        ? h(
            'div.stack',
            items.map((x) => card(x, c, load)),
          )
        : h(
            'div.card',
            empty(
              t('connections.empty.title'),
              t('connections.empty.text'),
              state.may('admin') && h('button.btn.primary', { onclick: add }, icon('plus', 16), t('connections.add')),
            ),
          ),
    );
  };
  const load = async () => {
    try {
      await state.loadConnections(c.signal);
      draw();
    } catch (error) {
      if (error.name !== 'AbortError') fill(list, errorNote(error, load));
    }
  };
  fill(
    c.root,
    h(
      'div.page',
      h(
        'div.page-head',
        h('h1', t('nav.connections')),
        state.may('admin') && h('button.btn.primary', { onclick: add }, icon('plus', 16), t('connections.add')),
        h('p.lead', t('connections.lead')),
      ),
      list,
    ),
  );
  await load();
}
