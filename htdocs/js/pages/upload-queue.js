/* upload-queue.js: the uploads of this tab, one after the other; they go on while one looks at other pages. */
import { h } from '../dom.js';
import { t } from '../i18n/index.js';
import { bytes } from '../format.js';
import { icon } from '../ui/icons.js';
import { toastError } from '../ui/toast.js';
import { TusUpload, fingerprint } from './tus.js';

/** Fires "change". */
class UploadQueue extends EventTarget {
  constructor() {
    super();
    /** @type {Map<string, TusUpload>} */ this.uploads = new Map();
    this.turn = Promise.resolve();
    window.addEventListener('beforeunload', (e) => {
      if (this.list().some((u) => u.state === 'sending')) e.preventDefault();
    });
  }

  list() {
    return [...this.uploads.values()];
  }

  /** @param {File[]} files @param {{dataset_id: string, connection_id?: string}} meta */
  add(files, meta) {
    for (const file of files) {
      const key = fingerprint(file, meta.dataset_id);
      if (['sending', 'waiting'].includes(this.uploads.get(key)?.state)) continue;
      const up = new TusUpload(file, meta);
      this.uploads.set(key, up);
      up.addEventListener('change', () => {
        if (up.state === 'done') this.uploads.delete(key);
        this.tell();
      });
      this.turn = this.turn.then(() => (up.state === 'waiting' ? up.start() : undefined));
    }
    this.tell();
  }

  /** @param {TusUpload} up */
  drop(up) {
    this.uploads.delete(up.key);
    up.cancel().catch(toastError);
    this.tell();
  }

  tell() {
    this.dispatchEvent(new Event('change'));
  }
}

export const queue = new UploadQueue();

function progress(up) {
  const part = up.file.size ? up.sent / up.file.size : 1;
  const fill = h('i');
  fill.style.transform = `scaleX(${part})`;
  const now = { 'aria-valuenow': Math.round(part * 100), 'aria-valuemin': 0, 'aria-valuemax': 100 };
  const failed = up.state === 'failed' ? 'error' : '';
  return h('div.bar', { class: failed, role: 'progressbar', 'aria-label': up.file.name, ...now }, fill);
}

/** One upload under way, with its buttons. @param {TusUpload} up */
export function uploadRow(up) {
  const button = (name, label, run) =>
    h('button.btn.quiet.icon.small', { 'aria-label': label, title: label, onclick: run }, icon(name, 16));
  const size = `${bytes(up.sent)} / ${bytes(up.file.size)}`;
  return h(
    'li.upload',
    icon('file', 20),
    h(
      'div.grow',
      h('div.row.between', h('span.clip', up.file.name), h('span.meta.num.nowrap', size)),
      progress(up),
      h('div.meta', up.error ? h('span.error-text', up.error.message) : t(`upload.${up.state}`)),
    ),
    up.state === 'sending' && button('pause', t('pause'), () => up.pause()),
    ['paused', 'failed'].includes(up.state) && button('play', t('resume'), () => up.start()),
    button('close', t('cancel'), () => queue.drop(up)),
  );
}
