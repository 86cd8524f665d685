/* view.js: the graph on the screen - drawing, pan and zoom, selection, keys, states, findings, outline, detail panel. */
import { h, s, fill } from '../dom.js';
import { t } from '../i18n/index.js';
import { readDsl, readStream, pathOf, flowOrder, depth, byNode } from './model.js';
import { aroundDiff } from './diff.js';
import { bounds, placeStream } from './layout.js';
import { drawEdge } from './edges.js';
import { drawNode, drawWords, drawState, drawFindings } from './cards.js';
import { Viewport } from './viewport.js';
import { outline } from './outline.js';
import { panel } from './panel.js';
import { toolbar, graphKeys } from './controls.js';
import { Minimap } from './minimap.js';

const READABLE = 0.3; // below it even the large titles are too small
const FAR = 0.78; // below it the words are larger
const TINY = 0.46; // below it nothing but titles

/** Fires "select" (detail: node id or null). */
export class GraphView extends EventTarget {
  /** @param {{signal: AbortSignal, label?: string}} o */
  constructor(o) {
    super();
    this.signal = o.signal;
    /** @type {import('./model.js').Graph|null} */ this.graph = null;
    /** @type {HTMLElement} made by toolbar() */ this.zoomText = null;
    /** @type {HTMLElement} */ this.outlineButton = null;
    this.states = new Map();
    this.findings = new Map();
    this.diff = null;
    /** @type {any[]} what to show when all of it would be too small */ this.aim = [];
    this.selected = null;
    /** @type {Map<string, SVGElement>} by node */ this.els = new Map();
    this.written = new Set();
    this.nodeLayer = s('g.nodes');
    this.layer = s('g', this.nodeLayer);
    this.svg = /** @type {SVGSVGElement} */ (
      s('svg.canvas', { role: 'group', 'aria-label': o.label || t('graph.label') }, this.layer)
    );
    this.side = h('aside.node-panel', { hidden: true });
    this.list = h('div.outline-box', { hidden: true });
    this.view = new Viewport(this.svg, /** @type {any} */ (this.layer), o.signal);
    this.map = new Minimap(this.view, o.signal);
    this.el = h('div.graph', this.list, h('div.stage', this.svg, this.map.svg, toolbar(this), this.side));
    this.listen();
  }

  listen() {
    const { signal } = this;
    this.view.onchange = () => {
      this.zoomText.textContent = `${Math.round(this.view.k * 100)}%`;
      this.write(this.graph?.stream || this.view.k >= FAR ? 'near' : this.view.k >= TINY ? 'far' : 'tiny');
      this.map.move();
    };
    this.svg.addEventListener(
      'click',
      (e) => {
        if (this.view.dragged) return;
        this.select(this.nodeAt(e));
      },
      { signal },
    );
    this.svg.addEventListener('pointerover', (e) => this.light(this.nodeAt(e)), { signal });
    this.svg.addEventListener('pointerleave', () => this.light(null), { signal });
    this.svg.addEventListener(
      'focusin',
      (e) => {
        const id = this.nodeAt(e);
        if (id) this.light(id, true);
      },
      { signal },
    );
    this.svg.addEventListener('focusout', () => this.light(null), { signal });
    this.el.addEventListener('keydown', (e) => graphKeys(this, e), { signal });
    this.resize = new ResizeObserver(() => {
      if (this.graph && !this.view.touched) this.fit(false, !!this.graph.stream);
    });
    this.resize.observe(this.svg);
    signal.addEventListener('abort', () => this.resize.disconnect());
  }

  nodeAt(e) {
    const id = e.target.closest?.('.node:not(.note)')?.dataset.id;
    return id && this.graph?.nodes.has(id) ? id : null;
  }

  /** Shows a DSL; false when it holds no graph. @param {any} dsl @param {{keep?: boolean}} [o] keep: leave the view where it is */
  show(dsl, o = {}) {
    const g = readDsl(dsl);
    this.graph = g;
    this.aim = [];
    this.draw();
    if (o.keep) this.view.onchange();
    if (g && !o.keep) {
      this.view.touched = false;
      this.fit(false, false);
    }
    return !!g;
  }

  /** Shows the nodes that were seen so far. @param {{id: string, type: string, title?: string}[]} list */
  showStream(list) {
    const known = new Set(this.graph?.stream ? this.graph.nodes.keys() : []);
    const g = readStream(list);
    if (g.nodes.size === known.size && known.size) return;
    this.graph = g;
    const { w } = this.view.size();
    placeStream(g.nodes, Math.max(1, Math.min(3, Math.floor(w / 270))));
    this.draw();
    for (const el of this.nodeLayer.children)
      if (!known.has(/** @type {any} */ (el).dataset.id)) el.classList.add('arrives');
    this.view.onchange();
    if (!this.view.touched) this.fit(known.size > 0);
  }

  /** The words that are read from so far, drawn when they are first needed. @param {'near'|'far'|'tiny'} level */
  write(level) {
    this.svg.classList.toggle('far', level !== 'near');
    this.svg.classList.toggle('tiny', level === 'tiny');
    if (this.written.has(level)) return;
    this.written.add(level);
    for (const [id, el] of this.els) drawWords(el, this.graph.nodes.get(id), level);
  }

  draw() {
    this.nodeLayer.replaceChildren();
    this.els.clear();
    this.written.clear();
    this.closePanel();
    this.svg.classList.toggle('stream', !!this.graph?.stream);
    if (!this.graph) return;
    const order = [...this.graph.nodes.values()].sort(
      (a, b) => depth(a, this.graph) - depth(b, this.graph) || Number(b.container) - Number(a.container),
    );
    const rooms = order.filter((n) => n.container && !n.parent);
    const rest = order.filter((n) => !rooms.includes(n));
    for (const n of order) this.els.set(n.id, drawNode(n, this.graph));
    this.nodeLayer.append(
      ...rooms.map((n) => this.elOf(n.id)),
      s('g.edges', this.graph.edges.map((e) => drawEdge(e, this.graph))),
      ...rest.map((n) => this.elOf(n.id)),
    );
    const first = flowOrder(this.graph)[0];
    if (first) this.elOf(first.id)?.setAttribute('tabindex', '0');
    this.map.draw(this.graph);
    this.paint();
  }

  /** Puts states, findings and differences on what is drawn. */
  paint(panelToo = true) {
    if (!this.graph) return;
    for (const n of this.graph.nodes.values()) {
      const el = this.elOf(n.id);
      if (!el || n.note !== null) continue;
      drawState(el, n, this.states.get(n.id));
      drawFindings(el, n, this.findings.get(n.id) ?? []);
      el.classList.toggle('is-added', !!this.diff?.added.has(n.id));
      el.classList.toggle('is-changed', !!this.diff?.changed.has(n.id));
      el.classList.toggle('is-removed', !!this.diff?.removed.has(n.id));
    }
    for (const e of this.svg.querySelectorAll('.edge')) {
      const d = /** @type {any} */ (e).dataset;
      const [a, b] = [d.source, d.target].map((id) => this.states.get(id)?.status);
      e.classList.toggle('ran', !!a && !!b && a !== 'skipped' && b !== 'skipped');
      e.classList.toggle('flows', b === 'running');
    }
    if (!this.list.hidden) this.drawOutline();
    if (this.selected && panelToo) this.openPanel(this.selected);
  }

  elOf(id) {
    return this.els.get(id) ?? null;
  }

  /** @param {Map<string, any>} states by node id */
  setStates(states) {
    const same = JSON.stringify(this.states.get(this.selected)) === JSON.stringify(states.get(this.selected));
    this.states = states;
    this.paint(!same);
  }

  /** @param {import('../types.js').Finding[]} list */
  setFindings(list) {
    this.findings = byNode(list);
    this.paint();
  }

  /** @param {{added: Set<string>, removed: Set<string>, changed: Map<string, any>}|null} diff */
  setDiff(diff) {
    this.diff = diff;
    this.aim = this.graph ? aroundDiff(this.graph, diff) : [];
    this.paint();
    if (!this.view.touched) this.fit(false, false);
  }

  /** @param {boolean} [soft] @param {boolean} [whole] also when the texts get too small to read */
  fit(soft = true, whole = true) {
    if (!this.graph) return;
    this.view.touched = false;
    const inset = this.inset();
    const all = bounds(this.graph.nodes.values());
    const part = !whole && this.aim.length > 0 && this.view.scaleFor(all, inset) < TINY;
    this.view.fit(part ? bounds(this.aim) : all, { soft, inset, min: whole ? 0 : READABLE });
  }

  inset() {
    if (this.side.hidden) return {};
    const wide = this.el.clientWidth > 720;
    return wide ? { right: this.side.offsetWidth } : { bottom: this.side.offsetHeight };
  }

  /** Lets the path through a node stand out. */
  light(id, focus = false) {
    if (id === this.lit) return;
    this.lit = id;
    this.svg.classList.toggle('dim', !!id && !this.graph?.stream);
    for (const el of this.svg.querySelectorAll('.lit')) el.classList.remove('lit');
    if (!id || !this.graph) return;
    const path = pathOf(this.graph, id);
    for (const el of this.nodeLayer.querySelectorAll('.node'))
      if (path.has(/** @type {any} */ (el).dataset.id)) el.classList.add('lit');
    for (const e of this.svg.querySelectorAll('.edge')) {
      const d = /** @type {any} */ (e).dataset;
      if (path.has(d.source) && path.has(d.target)) e.classList.add('lit');
    }
    if (focus) {
      const n = this.graph.nodes.get(id);
      if (n) this.view.reveal(n, this.inset());
    }
  }

  /** Opens a node, or closes the panel with null. @param {string|null} id @param {{focus?: boolean}} [o] */
  select(id, o = {}) {
    if (id && (!this.graph?.nodes.has(id) || this.graph.stream)) return;
    for (const el of this.nodeLayer.querySelectorAll('.selected')) el.classList.remove('selected');
    this.selected = id;
    if (!id) return this.closePanel();
    this.elOf(id)?.classList.add('selected');
    this.openPanel(id);
    if (o.focus) this.focusNode(id);
    this.view.reveal(this.graph.nodes.get(id), this.inset());
    this.dispatchEvent(new CustomEvent('select', { detail: id }));
  }

  /** Keeps a node in sight while the person has not moved the view. @param {string} id */
  follow(id) {
    const node = this.graph?.nodes.get(id);
    if (node && !this.view.touched) this.view.reveal(node, this.inset());
  }

  focusNode(id) {
    for (const el of this.nodeLayer.querySelectorAll('.node[tabindex="0"]')) el.setAttribute('tabindex', '-1');
    const el = this.elOf(id);
    el?.setAttribute('tabindex', '0');
    /** @type {any} */ (el)?.focus({ preventScroll: true });
  }

  openPanel(id) {
    const node = this.graph.nodes.get(id);
    if (!node) return this.closePanel();
    this.side.hidden = false;
    fill(
      this.side,
      panel(node, {
        graph: this.graph,
        findings: this.findings.get(id) ?? [],
        state: this.states.get(id),
        change: this.diff?.changed.get(id),
        close: () => {
          this.select(null);
          this.focusNode(id);
        },
        jump: (x) => this.select(x, { focus: true }),
      }),
    );
  }

  closePanel() {
    this.selected = null;
    this.side.hidden = true;
    this.side.replaceChildren();
  }

  toggleOutline(on = this.list.hidden) {
    this.list.hidden = !on;
    this.outlineButton?.setAttribute('aria-pressed', String(on));
    if (on) this.drawOutline();
  }

  drawOutline() {
    if (this.graph)
      fill(
        this.list,
        h('h3', t('outline.label')),
        outline(this.graph, (id) => this.select(id, { focus: true }), this.findings),
      );
  }
}
