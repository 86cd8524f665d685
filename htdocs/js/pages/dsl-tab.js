/* dsl-tab.js: the DSL itself, as YAML or JSON, to read, copy and download. */
import { h, fill } from '../dom.js';
import { t } from '../i18n/index.js';
import { workflows } from '../api.js';
import { icon } from '../ui/icons.js';
import { segments, download, fileName, skeleton } from '../ui/bits.js';
import { codeBox } from '../ui/code.js';
import { state } from '../state.js';
import { toast, toastError, errorNote } from '../ui/toast.js';
import { handOver } from './handoff.js';
import { go } from '../router.js';

/** A file as the next version. @param {any} o tab context @param {File} file */
async function takeFile(o, file) {
  const known = await workflows.get(o.workflow.id, o.signal);
  const kept = await workflows.putDsl(o.workflow.id, { dsl: await file.text(), base_version: known.version });
  const same = kept.version === known.version;
  toast(t(same ? 'dsl.same' : 'dsl.replaced', { n: kept.version }), { tone: 'ok' });
  if (!same) await o.reload();
}

/** @param {any} o tab context */
function replaceButton(o) {
  const pick = /** @type {HTMLInputElement} */ (
    h('input', {
      type: 'file',
      accept: '.yml,.yaml,.json',
      hidden: true,
      onchange: () => {
        const file = pick.files[0];
        if (file) takeFile(o, file).catch(toastError);
        pick.value = '';
      },
    })
  );
  return h('span', pick, h('button.btn', { onclick: () => pick.click() }, icon('upload', 16), t('dsl.replace')));
}

/** @param {any} o tab context */
export async function dslTab(o) {
  const body = h('div');
  let text = '';
  let format = 'yaml';
  const load = async (kind) => {
    format = kind;
    fill(body, skeleton(8));
    try {
      text = await workflows.dslText(o.workflow.id, kind, o.signal);
      if (kind === 'json') {
        try {
          text = JSON.stringify(JSON.parse(text), null, 2);
        } catch {
          /* shown as it is */
        }
      }
      fill(
        body,
        codeBox({ title: `${fileName(o.workflow.name)}.${kind === 'yaml' ? 'yml' : 'json'}`, text, kind, cls: 'tall' }),
      );
    } catch (error) {
      if (error.name !== 'AbortError')
        fill(
          body,
          errorNote(error, () => load(kind)),
        );
    }
  };
  fill(
    o.box,
    h(
      'div.row.between.wrap.tab-tools',
      segments(
        [
          { key: 'yaml', label: 'YAML' },
          { key: 'json', label: 'JSON' },
        ],
        'yaml',
        load,
        t('dsl.format'),
      ),
      h(
        'div.row.wrap',
        h(
          'button.btn',
          {
            onclick: () => {
              handOver({ name: `${o.workflow.name}.yml`, text });
              go('/check');
            },
          },
          icon('shield', 16),
          t('check'),
        ),
        state.may('editor') && replaceButton(o),
        h(
          'button.btn',
          {
            onclick: () =>
              download(`${fileName(o.workflow.name)}.${format === 'yaml' ? 'yml' : 'json'}`, text, 'text/plain'),
          },
          icon('download', 16),
          t('download'),
        ),
      ),
    ),
    body,
  );
  await load('yaml');
}
