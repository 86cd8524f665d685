/* events.js: live events for a page. One stream a browser (SharedWorker), else one while the tab is visible. */

const TYPES = ['job', 'run', 'node', 'workflow', 'connection', 'upload', 'generate'];

/** Fires CustomEvents named after the server's events (detail is the data) and "state". */
class Events extends EventTarget {
  constructor() {
    super();
    /** @type {'open'|'waiting'|'closed'} */ this.state = 'closed';
    /** @type {MessagePort|null} */ this.port = null;
    /** @type {EventSource|null} */ this.source = null;
    this.retry = 0;
  }

  start() {
    if (this.port || this.source) return this.reopen();
    try {
      const worker = new SharedWorker('/js/events-worker.js', { name: 'studio-events' });
      worker.onerror = () => {
        this.port = null;
        this.alone();
      };
      this.port = worker.port;
      this.port.onmessage = (m) => this.receive(m.data);
      window.addEventListener('pagehide', () => this.port?.postMessage('bye'));
      window.addEventListener('pageshow', (e) => {
        if (e.persisted) location.reload();
      });
    } catch {
      this.alone();
    }
  }

  /** Asks for a new stream after the session was renewed. */
  reopen() {
    if (this.port) this.port.postMessage('open');
    else this.alone();
  }

  alone() {
    const sync = () => {
      if (document.hidden) {
        this.source?.close();
        this.source = null;
        return;
      }
      if (this.source && this.source.readyState !== EventSource.CLOSED) return;
      const src = new EventSource('/api/events');
      this.source = src;
      src.onopen = () => this.setState('open');
      src.onerror = () => this.setState(src.readyState === EventSource.CLOSED ? 'closed' : 'waiting');
      for (const type of TYPES) src.addEventListener(type, (e) => this.deliver(type, e.data));
    };
    if (!this.bound) document.addEventListener('visibilitychange', sync);
    this.bound = true;
    sync();
  }

  receive(message) {
    if (message.kind === 'state') this.setState(message.state);
    else this.deliver(message.type, message.data);
  }

  deliver(type, text) {
    let detail;
    try {
      detail = JSON.parse(text);
    } catch {
      return;
    }
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }

  setState(next) {
    this.state = next;
    this.dispatchEvent(new Event('state'));
    if (next !== 'closed') {
      this.retry = 0;
      return;
    }
    this.retry = Math.min(this.retry + 1, 6);
    setTimeout(
      () => {
        if (this.state === 'closed') this.reopen();
      },
      1000 * 2 ** this.retry,
    );
  }

  /** @param {string} type @param {(detail: any) => void} fn @param {AbortSignal} signal */
  on(type, fn, signal) {
    this.addEventListener(type, (e) => fn(/** @type {CustomEvent} */ (e).detail), { signal });
  }
}

export const events = new Events();
