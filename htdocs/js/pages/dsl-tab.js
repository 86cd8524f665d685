/* dsl-tab.js: the DSL itself, as YAML or JSON, to read, copy and download. */
import { h, fill } from '../dom.js';
import { t } from '../i18n/index.js';
import { workflows } from '../api.js';
import { icon } from '../ui/icons.js';
import { segments, download, fileName, skeleton } from '../ui/bits.js';
import { codeBox } from '../ui/code.js';
import { errorNote } from '../ui/toast.js';
import { handOver } from './handoff.js';
import { go } from '../router.js';

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
        'div.row',
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
