/* tus.js: sends one file in chunks that can stop and go on - tus 1.0.0, core and creation. */
import { uploads, ApiError } from '../api.js';
import { prefs } from '../state.js';

const FIRST = 256 * 1024;
const MOST = 8 * 1024 * 1024;
const LEAST = 64 * 1024;

/** UTF-8 text as base64, which Upload-Metadata asks for. @param {string} text */
function base64(text) {
  let raw = '';
  for (const b of new TextEncoder().encode(text)) raw += String.fromCharCode(b);
  return btoa(raw);
}

/** The same file is known again after a reload. */
export function fingerprint(file, dataset) {
  return `${file.name}|${file.size}|${file.lastModified}|${dataset}`;
}

/** Fires "change". state: sending, paused, waiting, done, failed. */
export class TusUpload extends EventTarget {
  /** @param {File} file @param {{dataset_id?: string, purpose?: string, connection_id?: string}} meta */
  constructor(file, meta) {
    super();
    this.file = file;
    this.meta = meta;
    this.sent = 0;
    this.state = 'waiting';
    /** @type {any} */ this.error = null;
    this.key = fingerprint(file, meta.dataset_id ?? meta.purpose);
    /** @type {string|null} what it was called, once it is whole */ this.doneId = null;
    /** @type {string|null} */ this.id = prefs.json('uploads', {})[this.key] ?? null;
    this.chunk = FIRST;
  }

  set(state, error = null) {
    this.state = state;
    this.error = error;
    this.dispatchEvent(new Event('change'));
  }

  remember(id) {
    const all = prefs.json('uploads', {});
    if (id) all[this.key] = id;
    else delete all[this.key];
    prefs.set('uploads', JSON.stringify(all));
    this.id = id;
  }

  async create() {
    const pairs = Object.entries({ filename: this.file.name, ...this.meta }).filter(([, v]) => v);
    const res = await uploads.create(this.file.size, pairs.map(([k, v]) => `${k} ${base64(v)}`).join(','));
    this.remember(res.headers.get('Location').split('/').pop());
    this.sent = 0;
  }

  /** Where the server is; a lost upload begins anew. */
  async locate() {
    if (!this.id) {
      await this.create();
      return;
    }
    try {
      const res = await uploads.offset(this.id, this.stop.signal);
      this.sent = Number(res.headers.get('Upload-Offset'));
    } catch (e) {
      if (!(e instanceof ApiError) || ![404, 410, 403].includes(e.status)) throw e;
      await this.create();
    }
  }

  pause() {
    this.stop?.abort();
    this.set('paused');
  }

  async cancel() {
    this.stop?.abort();
    const id = this.id;
    this.remember(null);
    this.set('failed', null);
    if (id) await uploads.remove(id).catch(() => {});
  }

  /** Sends until the end, a pause or an error that does not pass. */
  async start() {
    this.stop = new AbortController();
    const { signal } = this.stop;
    this.set('sending');
    for (let tries = 0; !signal.aborted;) {
      try {
        await this.locate();
        await this.send(signal, () => {
          tries = 0;
        });
        this.doneId = this.id;
        this.remember(null);
        this.set('done');
        return;
      } catch (e) {
        if (signal.aborted || e.name === 'AbortError') return;
        const passing = !e.status || e.status >= 500 || e.status === 409 || e.status === 423 || e.status === 429;
        if (!passing || ++tries > 6) {
          this.set('failed', e);
          return;
        }
        this.set('waiting', e);
        await new Promise((r) => setTimeout(r, Math.min(30000, 500 * 2 ** tries)));
        if (!signal.aborted) this.set('sending');
      }
    }
  }

  async send(signal, onstep) {
    do {
      const began = performance.now();
      const part = this.file.slice(this.sent, this.sent + this.chunk);
      const res = await uploads.patch(this.id, this.sent, part, signal);
      this.sent = Number(res.headers.get('Upload-Offset') ?? this.sent + part.size);
      const took = performance.now() - began;
      if (took < 700) this.chunk = Math.min(MOST, this.chunk * 2);
      else if (took > 4000) this.chunk = Math.max(LEAST, this.chunk / 2);
      onstep();
      this.dispatchEvent(new Event('change'));
    } while (this.sent < this.file.size);
  }
}
