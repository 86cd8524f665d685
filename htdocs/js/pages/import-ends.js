/* import-ends.js: what became of the apps of an import, one by one and all together. */
import { h } from '../dom.js';
import { t, tOr } from '../i18n/index.js';
import { href } from '../router.js';
import { icon } from '../ui/icons.js';
import { action } from '../ui/toast.js';
import { jobError, troubleText } from './job-words.js';

/** Why an app can not be had. @param {any} end */
function why(end) {
  const ours = tOr(`import.${end.code}`, '');
  return ours && end.code !== 'dify_refused' ? ours : end.message || ours || end.code;
}

/** What became of an app. @param {any} app @param {any} end @param {boolean} waits */
export function endCell(app, end, waits) {
  if (app.code) return h('span.meta', t(`import.${app.code}`));
  if (!end) return waits ? h('span.badge', icon('clock', 14), t('status.queued')) : null;
  if (end.state === 'failed')
    return h('span.row', h('span.badge.error', icon('fail', 14), t('status.failed')), h('span.meta.wrap-any', why(end)));
  const words = t(end.state === 'imported' ? 'import.imported' : 'import.managed');
  return h(
    'span.row.wrap',
    h('span.badge.ok', icon('okay', 14), words),
    end.workflow_id && h('a', { href: href(`/workflows/${end.workflow_id}`) }, t('open')),
    end.masked > 0 && h('span.meta', t('import.masked', { n: end.masked })),
    end.published === false && h('span.meta', t('import.unpublished')),
  );
}

/** An import under way. @param {any} job */
export function progressNote(job) {
  const p = job.progress ?? {};
  const pct = p.total ? p.percent : null;
  const bar = h('i');
  if (pct !== null) bar.style.transform = `scaleX(${Math.max(0.02, pct / 100)})`;
  return h(
    'div.note',
    icon('download'),
    h(
      'div.grow.stack.tight',
      h('div', p.total ? t('import.progress', { done: p.done, total: p.total }) : t('import.begins')),
      p.trouble && h('div.meta.wrap-any', troubleText(p)),
      h('div.bar', { class: pct === null ? 'open' : '', role: 'progressbar', 'aria-label': t('import.title'),
        'aria-valuenow': pct, 'aria-valuemin': 0, 'aria-valuemax': 100 }, bar),
      h('div.meta', t('new.safe')),
    ),
  );
}

/** What an import brought. @param {any} job @param {any[]} again what can be tried again @param {() => Promise<any>} retry */
export function summaryNote(job, again, retry) {
  const { imported = 0, managed = 0, failed = 0 } = job.result ?? {};
  const broken = job.state !== 'succeeded';
  return h(
    'div.note',
    { class: broken ? 'error' : failed ? 'warn' : 'ok', role: broken ? 'alert' : null },
    icon(broken ? 'fail' : failed ? 'alert' : 'okay'),
    h(
      'div.grow',
      broken && h('div', jobError(job.error)),
      h(
        'div',
        [
          t('import.done', { n: imported }),
          managed > 0 && t('import.were', { n: managed }),
          failed > 0 && t('import.failed', { n: failed }),
        ]
          .filter(Boolean)
          .join(' · '),
      ),
    ),
    again.length > 0 &&
      h(
        'button.btn.small',
        { onclick: action(retry) },
        icon('refresh', 14),
        t('import.retry', { n: again.length }),
      ),
    h('a.btn.small', { href: href('/workflows') }, t('nav.workflows')),
  );
}
