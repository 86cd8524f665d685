/* paused.js: what a run that waits for a person asks, and where to answer. */
import { h } from '../dom.js';
import { t } from '../i18n/index.js';
import { icon } from '../ui/icons.js';
import { time } from '../ui/bits.js';

/** Dify's slots for what the person fills in. @param {string} text */
const plain = (text) => text.replace(/\{\{#\$output\.[^#]*#\}\}/g, '').trim();

/** @param {any} run */
export function pausedNote(run) {
  const forms = run.forms ?? [];
  return h(
    'div.note.warn',
    icon('pause'),
    h(
      'div.grow.stack.tight',
      h('strong', t('run.paused')),
      !forms.length && h('div', t('run.paused.where')),
      forms.map((f) =>
        h(
          'div.stack.tight',
          h('div.wrap-any.chat-text', [f.title, plain(f.content ?? '')].filter(Boolean).join('\n')),
          h(
            'div.row.wrap',
            /^https?:\/\//.test(f.url ?? '') &&
              h('a.btn.small', { href: f.url, target: '_blank', rel: 'noopener' }, icon('out', 15), t('run.paused.answer')),
            f.expires_at > 0 && h('span.meta', t('run.paused.until'), ' ', time(f.expires_at)),
          ),
        ),
      ),
      h('div.meta', t('run.paused.follow')),
    ),
  );
}
