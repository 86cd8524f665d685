/* secret-ask.js: asks for the values of secret variables that nobody here knows; they go to the server and are never shown. */
import { h } from '../dom.js';
import { t } from '../i18n/index.js';
import { workflows, ApiError } from '../api.js';
import { sheet } from '../ui/dialog.js';

/**
 * Asks for what a deploy stopped at, and keeps it.
 * @param {any} job that ended with secrets_missing @returns {Promise<boolean>} false: not now
 */
export function askSecrets(job) {
  const fields = job.error.variables.map((name) => ({
    name,
    input: /** @type {HTMLInputElement} */ (
      h('input.input', { type: 'password', autocomplete: 'off', name, 'aria-required': 'true' })
    ),
  }));
  return new Promise((resolve) => {
    let kept = false;
    const el = sheet({
      title: t('secrets.title'),
      body: h(
        'div.stack',
        h('p.soft', t('secrets.lead')),
        fields.map((f) => h('label.field', h('span.label', h('code', f.name)), f.input)),
      ),
      submit: t('deploy'),
      onsubmit: async () => {
        const open = fields.find((f) => !f.input.value);
        if (open) {
          open.input.focus();
          throw new ApiError(409, { code: 'secrets_missing', detail: t('secrets.open') });
        }
        const version = job.request?.rollback ? job.request.version : undefined;
        await workflows.putSecrets(job.workflow_id, {
          values: Object.fromEntries(fields.map((f) => [f.name, f.input.value])),
          ...(version && { version }),
        });
        kept = true;
      },
    });
    el.addEventListener('close', () => resolve(kept));
  });
}
