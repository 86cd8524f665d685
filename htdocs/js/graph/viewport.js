/* viewport.js: pan and zoom of a drawing by mouse, touch, wheel and call. */

const MIN = 0.15;
const MAX = 1.75;

export class Viewport {
  /** @param {SVGSVGElement} svg @param {SVGGElement} layer @param {AbortSignal} signal */
  constructor(svg, layer, signal) {
    this.svg = svg;
    this.layer = layer;
    this.x = 0;
    this.y = 0;
    this.k = 1;
    this.touched = false;
    this.points = new Map();
    this.frame = 0;
    this.onchange = () => {};
    svg.addEventListener('wheel', (e) => this.wheel(e), { passive: false, signal });
    svg.addEventListener('pointerdown', (e) => this.down(e), { signal });
    svg.addEventListener('pointermove', (e) => this.move(e), { signal });
    for (const end of ['pointerup', 'pointercancel'])
      svg.addEventListener(end, (e) => this.up(/** @type {PointerEvent} */ (e)), { signal });
  }

  apply() {
    this.layer.setAttribute(
      'transform',
      `translate(${this.x.toFixed(2)} ${this.y.toFixed(2)}) scale(${this.k.toFixed(4)})`,
    );
    this.svg.style.setProperty('--gx', `${this.x}px`);
    this.svg.style.setProperty('--gy', `${this.y}px`);
    this.svg.style.setProperty('--gk', String(this.k));
    this.onchange();
  }

  /** Moves to a view, softly unless the person asked for less motion. */
  glide(x, y, k, soft = true) {
    cancelAnimationFrame(this.frame);
    const still = !soft || matchMedia('(prefers-reduced-motion: reduce)').matches || document.hidden;
    if (still) {
      Object.assign(this, { x, y, k });
      this.apply();
      return;
    }
    const from = { x: this.x, y: this.y, k: this.k };
    const began = performance.now();
    const step = (now) => {
      const p = Math.min(1, (now - began) / 200);
      const e = 1 - (1 - p) ** 3;
      this.x = from.x + (x - from.x) * e;
      this.y = from.y + (y - from.y) * e;
      this.k = from.k + (k - from.k) * e;
      this.apply();
      if (p < 1) this.frame = requestAnimationFrame(step);
    };
    this.frame = requestAnimationFrame(step);
  }

  size() {
    return { w: this.svg.clientWidth || 1, h: this.svg.clientHeight || 1 };
  }

  /** The largest scale, up to 1, at which a box is seen as a whole. @param {{w: number, h: number}} box @param {{right?: number, bottom?: number}} [inset] */
  scaleFor(box, inset = {}) {
    const { w, h } = this.size();
    const pad = 2 * this.pad();
    return Math.max(MIN, Math.min(1, (w - (inset.right || 0) - pad) / box.w, (h - (inset.bottom || 0) - pad) / box.h));
  }

  pad() {
    return Math.min(36, this.size().w / 14);
  }

  /** Shows a box whole, or its left part where that would be too small. @param {{x: number, y: number, w: number, h: number}} box @param {{soft?: boolean, inset?: {right?: number, bottom?: number}, min?: number}} [o] */
  fit(box, o = {}) {
    const { w, h } = this.size();
    const k = Math.max(o.min ?? 0, this.scaleFor(box, o.inset));
    const free = { x: w - (o.inset?.right || 0) - box.w * k, y: h - (o.inset?.bottom || 0) - box.h * k };
    this.glide(Math.max(this.pad() / 2, free.x / 2) - box.x * k, free.y / 2 - box.y * k, k, o.soft);
  }

  /** Moves just as much as is needed to see a box. */
  reveal(box, inset = {}) {
    const { w, h } = this.size();
    const m = 32;
    const right = w - (inset.right || 0) - m;
    const bottom = h - (inset.bottom || 0) - m;
    const l = this.x + box.x * this.k;
    const tp = this.y + box.y * this.k;
    const dx = l < m ? m - l : Math.min(0, Math.max(m - l, right - (l + box.w * this.k)));
    const dy = tp < m ? m - tp : Math.min(0, Math.max(m - tp, bottom - (tp + box.h * this.k)));
    if (dx || dy) this.glide(this.x + dx, this.y + dy, this.k);
  }

  /** Zooms about a point, or the middle. @param {number} factor @param {number} [cx] @param {number} [cy] */
  zoom(factor, cx, cy, soft = false) {
    const { w, h } = this.size();
    const k = Math.max(MIN, Math.min(MAX, this.k * factor));
    const px = cx ?? w / 2;
    const py = cy ?? h / 2;
    this.touched = true;
    this.glide(px - ((px - this.x) / this.k) * k, py - ((py - this.y) / this.k) * k, k, soft);
  }

  wheel(e) {
    e.preventDefault();
    const box = this.svg.getBoundingClientRect();
    if (e.ctrlKey || e.metaKey) {
      this.zoom(Math.exp(-e.deltaY * (e.deltaMode ? 0.05 : 0.0035)), e.clientX - box.left, e.clientY - box.top);
      return;
    }
    this.touched = true;
    const unit = e.deltaMode ? 24 : 1;
    const side = e.shiftKey && !e.deltaX;
    this.glide(this.x - (side ? e.deltaY : e.deltaX) * unit, this.y - (side ? 0 : e.deltaY) * unit, this.k, false);
  }

  down(e) {
    if (e.button > 1) return;
    this.points.set(e.pointerId, { x: e.clientX, y: e.clientY });
    this.dragged = false;
  }

  move(e) {
    const p = this.points.get(e.pointerId);
    if (!p) return;
    const dx = e.clientX - p.x;
    const dy = e.clientY - p.y;
    if (!this.dragged && Math.hypot(dx, dy) < 4) return;
    if (!this.dragged) {
      this.dragged = true;
      this.svg.setPointerCapture(e.pointerId);
      this.svg.classList.add('dragging');
    }
    this.touched = true;
    if (this.points.size === 1) {
      this.glide(this.x + dx, this.y + dy, this.k, false);
    } else {
      const other = [...this.points.entries()].find(([id]) => id !== e.pointerId)[1];
      const before = Math.hypot(p.x - other.x, p.y - other.y);
      const after = Math.hypot(e.clientX - other.x, e.clientY - other.y);
      const box = this.svg.getBoundingClientRect();
      if (before > 0)
        this.zoom(after / before, (e.clientX + other.x) / 2 - box.left, (e.clientY + other.y) / 2 - box.top);
    }
    this.points.set(e.pointerId, { x: e.clientX, y: e.clientY });
  }

  up(e) {
    this.points.delete(e.pointerId);
    this.svg.classList.remove('dragging');
  }
}
