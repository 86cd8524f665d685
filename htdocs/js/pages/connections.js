/* connections.js: the Dify instances that the studio knows - list, form, test with advice. */
import { h, fill } from '../dom.js';
import { t, tOr } from '../i18n/index.js';
import { connections } from '../api.js';
import { state } from '../state.js';
import { jobEnd } from '../watch.js';
import { icon } from '../ui/icons.js';
import { menuButton } from '../ui/menu.js';
import { empty, skeleton, segments, time } from '../ui/bits.js';
import { sheet, confirm } from '../ui/dialog.js';
import { statusBadge, sandboxBadge } from '../ui/badge.js';
import { text, check, requireAll, showProblems } from '../ui/field.js';
import { toast, toastError, errorNote, action } from '../ui/toast.js';
import { jobError } from './job-words.js';

/** @param {any} connection null for a new one @param {() => void} done */
function form(connection, done) {
  const x = connection ?? {};
  let auth = x.auth ?? 'password';
  const keep = x.secret_hint ? t('secret.keep') : t('secret.sealed');
  const f = {
    name: text({ label: t('connection.name'), value: x.name, maxlength: 80, placeholder: t('connection.name.sample') }),
    base_url: text({
      label: t('connection.url'),
      type: 'url',
      code: true,
      value: x.base_url,
      placeholder: 'http://192.168.1.20',
      hint: t('connection.url.hint'),
    }),
    email: text({ label: t('connection.email'), type: 'email', value: x.email, autocomplete: 'off' }),
    password: text({
      label: t('connection.password'),
      type: 'password',
      autocomplete: 'new-password',
      placeholder: x.auth === 'password' ? x.secret_hint : '',
      hint: keep,
    }),
    api_key: text({
      label: t('connection.key'),
      type: 'password',
      autocomplete: 'new-password',
      code: true,
      placeholder: x.auth === 'admin_key' ? x.secret_hint : '',
      hint: t('connection.key.hint'),
    }),
    workspace_id: text({
      label: t('connection.workspace'),
      value: x.workspace_id,
      code: true,
      optional: true,
      hint: t('connection.workspace.hint'),
    }),
    is_default: check({
      label: t('connection.default'),
      value: x.is_default ?? !state.connections.length,
      role: 'switch',
      whole: true,
    }),
  };
  const byPassword = h('div.stack', f.email.el, f.password.el);
  const byKey = h('div.stack', f.api_key.el, f.workspace_id.el);
  const sync = () => {
    byPassword.hidden = auth !== 'password';
    byKey.hidden = auth !== 'admin_key';
  };
  sync();
  const way = h(
    'div.field',
    h('div.label', t('connection.auth')),
    segments(
      [
        { key: 'password', label: t('connection.by_password'), icon: 'user' },
        { key: 'admin_key', label: t('connection.by_key'), icon: 'key' },
      ],
      auth,
      (k) => {
        auth = k;
        sync();
      },
      t('connection.auth'),
    ),
  );
  sheet({
    title: connection ? t('connection.edit') : t('connections.add'),
    submit: t('save'),
    body: h('div.stack', f.name.el, f.base_url.el, way, byPassword, byKey, f.is_default.el),
    onsubmit: async () => {
      const fresh = !connection || connection.auth !== auth;
      const need = auth === 'password' ? [f.email, ...(fresh ? [f.password] : [])] : fresh ? [f.api_key] : [];
      if (!requireAll([f.name, f.base_url, ...need])) throw new DOMException('', 'AbortError');
      const keys = ['name', 'base_url', ...(auth === 'password' ? ['email', 'password'] : ['api_key', 'workspace_id'])];
      const body = { auth, is_default: f.is_default.value() };
      for (const k of keys) {
        const v = f[k].value();
        if (v !== undefined) body[k] = v;
      }
      try {
        if (connection) await connections.update(connection.id, body);
        else await connections.create(body);
      } catch (error) {
        if (showProblems(f, error)) throw new DOMException('', 'AbortError');
        throw error;
      }
      toast(t('saved'), { tone: 'ok' });
      done();
    },
  });
}

/** Step by step what works, and what to do where not. */
/** Advice in our words where we have them. @param {any} step @param {string} auth */
function advice(step, auth) {
  return tOr(`advice.${step.step}.${auth}`, tOr(`advice.${step.step}`, step.advice));
}

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
          const tone = x.ok === true ? 'ok' : x.ok === false ? 'error' : '';
          return h(
            'li',
            { class: tone },
            icon(x.ok === true ? 'okay' : x.ok === false ? 'fail' : 'minus', 18),
            h(
              'div.grow',
              h('strong', tOr(`step.${x.step}`, x.step)),
              x.detail && h('div.soft.wrap-any', x.detail),
              x.advice && h('div.advice.wrap-any', advice(x, auth)),
            ),
          );
        }),
      ),
  );
}

/** What the last test of each connection said, while the page is open. @type {Map<string, HTMLElement>} */
let results = new Map();

function card(x, c, reload, marked) {
  const result = h('div', results.get(x.id));
  const test = h(
    'button.btn.small',
    {
      onclick: action(async () => {
        fill(result);
        const { job } = await connections.test(x.id);
        results.set(x.id, steps(await jobEnd(job.id, c.signal), x.auth));
        await reload();
      }),
    },
    icon('refresh', 15),
    t('test'),
  );
  const admin = state.may('admin');
  return h(
    'section.card.thing',
    { class: marked ? 'marked' : '', dataset: { id: x.id } },
    h(
      'div.thing-head',
      h('span.thing-icon', icon('plug', 20)),
      h(
        'div.grow',
        h(
          'div.row',
          h('h2.clip', x.name),
          x.is_default && h('span.badge.live', t('default')),
          x.is_sandbox && sandboxBadge(),
        ),
        h('div.meta.mono.clip', x.base_url),
      ),
      test,
      admin &&
        menuButton(
          'button.btn.quiet.icon.small',
          { 'aria-label': t('actions.of', { name: x.name }) },
          icon('more'),
          () => [
            { label: t('edit'), icon: 'pencil', run: () => form(x, reload) },
            !x.is_default && {
              label: t('connection.make_default'),
              icon: 'okay',
              run: () => connections.update(x.id, { is_default: true }).then(() => reload(), toastError),
            },
            '-',
            {
              label: t('delete'),
              icon: 'trash',
              tone: 'danger',
              run: async () => {
                if (
                  !(await confirm({
                    title: t('connection.delete', { name: x.name }),
                    text: t('connection.delete.text'),
                    confirm: t('delete'),
                  }))
                )
                  return;
                await connections.remove(x.id).then(() => reload(), toastError);
              },
            },
          ],
        ),
    ),
    h(
      'div.row.wrap',
      statusBadge(x.state),
      x.version && h('span.meta', `Dify ${x.version}`),
      x.dsl_version && h('span.meta', `DSL ${x.dsl_version}`),
      h(
        'span.meta',
        t(x.auth === 'password' ? 'connection.by_password' : 'connection.by_key'),
        x.email ? `: ${x.email}` : x.secret_hint ? ` ${x.secret_hint}` : '',
      ),
      h('span.grow'),
      h('span.meta', t('seen'), ' ', time(x.seen_at)),
    ),
    x.error &&
      x.state !== 'up' &&
      h(
        'div.note',
        { class: x.state === 'refused' ? 'error' : 'warn' },
        icon('alert'),
        h('div.grow.wrap-any', x.error, h('div.meta', t('connection.retrying'))),
      ),
    result,
  );
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
            items.map((x) => card(x, c, load, x.id === c.query.get('id'))),
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
