/* events-worker.js: SharedWorker that holds the one event stream of a browser and hands events to all its tabs. */

const TYPES = ['job', 'run', 'node', 'workflow', 'connection', 'upload', 'generate'];
const ports = new Set();
let source = null;
let state = 'closed';

function tell(message) {
  for (const port of ports) port.postMessage(message);
}

function setState(next) {
  state = next;
  tell({ kind: 'state', state });
}

function open() {
  if (source && source.readyState !== EventSource.CLOSED) return;
  source = new EventSource('/api/events');
  state = 'waiting';
  source.onopen = () => setState('open');
  source.onerror = () => setState(source.readyState === EventSource.CLOSED ? 'closed' : 'waiting');
  for (const type of TYPES) {
    source.addEventListener(type, (e) => tell({ kind: 'event', type, data: e.data }));
  }
}

self.addEventListener('connect', (e) => {
  const port = e.ports[0];
  ports.add(port);
  port.onmessage = (m) => {
    if (m.data === 'open') open();
    if (m.data === 'bye') {
      ports.delete(port);
      if (!ports.size && source) source.close();
    }
  };
  open();
  port.postMessage({ kind: 'state', state });
});
