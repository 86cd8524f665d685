/* state.js: what every page shares - who is signed in, preferences, connections, models. */
import { connections as api, models as modelApi } from './api.js';

const prefix = 'studio.';

/** localStorage that never throws (private windows, full disks). */
export const prefs = {
  get(key, fallback = null) {
    try {
      return localStorage.getItem(prefix + key) ?? fallback;
    } catch {
      return fallback;
    }
  },
  set(key, value) {
    try {
      if (value === null) localStorage.removeItem(prefix + key);
      else localStorage.setItem(prefix + key, value);
    } catch {
      /* nothing is kept then */
    }
  },
  json(key, fallback) {
    try {
      return JSON.parse(localStorage.getItem(prefix + key)) ?? fallback;
    } catch {
      return fallback;
    }
  },
};

/** Fires "me", "connections", "models", "jobs". */
class State extends EventTarget {
  constructor() {
    super();
    /** @type {any} */ this.me = null;
    /** @type {import('./types.js').Connection[]} */ this.connections = [];
    /** @type {import('./types.js').Model[]} */ this.models = [];
    /** @type {Map<string, import('./types.js').Job>} running and waiting jobs by id */
    this.jobs = new Map();
  }

  emit(name) {
    this.dispatchEvent(new Event(name));
  }

  setMe(me) {
    this.me = me;
    this.emit('me');
  }

  name() {
    return this.me?.name ?? '?';
  }

  role() {
    return this.me?.role ?? 'viewer';
  }

  /** True when the user's role allows what the other role may. @param {'viewer'|'editor'|'admin'} role */
  may(role) {
    const order = ['viewer', 'editor', 'admin'];
    return order.indexOf(this.role()) >= order.indexOf(role);
  }

  async loadConnections(signal) {
    this.connections = (await api.list(signal)).items;
    this.emit('connections');
    return this.connections;
  }

  async loadModels(signal) {
    this.models = (await modelApi.list(signal)).items;
    this.emit('models');
    return this.models;
  }

  /** The connection that deploys and look-ups use. */
  connection() {
    const chosen = prefs.get('connection');
    return (
      this.connections.find((c) => c.id === chosen) ||
      this.connections.find((c) => c.is_default) ||
      this.connections[0] ||
      null
    );
  }

  chooseConnection(id) {
    prefs.set('connection', id);
    this.emit('connections');
  }

  model() {
    const chosen = prefs.get('model');
    return this.models.find((m) => m.id === chosen) || this.models.find((m) => m.is_default) || this.models[0] || null;
  }

  /** What makes workflows: a model by way of the studio, or the generator of the chosen Dify. @returns {'studio'|'dify'} */
  engine() {
    return prefs.get('model') === 'dify' && this.connection()?.has_generator ? 'dify' : 'studio';
  }

  chooseModel(id) {
    prefs.set('model', id);
  }
}

export const state = new State();
