/* minimap.js: the whole graph in a corner, with the part that is seen; a click or drag moves there. */
import { s } from '../dom.js';
import { bounds } from './layout.js';
import { hue } from './types.js';

const W = 160;
const H = 100;

export class Minimap {
  /** @param {import('./viewport.js').Viewport} view @param {AbortSignal} signal */
  constructor(view, signal) {
    this.view = view;
    this.dots = s('g');
    this.frame = s('rect.mini-frame', { rx: 3 });
    this.svg = s('svg.minimap.idle', { width: W, height: H, 'aria-hidden': 'true' }, this.dots, this.frame);
    this.k = 1;
    const go = (e) => {
      if (e.type === 'pointermove' && !e.buttons) return;
      e.stopPropagation();
      const r = this.svg.getBoundingClientRect();
      const { w, h } = view.size();
      const x = (e.clientX - r.left - this.dx) / this.k;
      const y = (e.clientY - r.top - this.dy) / this.k;
      view.touched = true;
      view.glide(w / 2 - x * view.k, h / 2 - y * view.k, view.k, e.type === 'pointerdown');
    };
    this.svg.addEventListener('pointerdown', go, { signal });
    this.svg.addEventListener('pointermove', go, { signal });
  }

  /** @param {import('./model.js').Graph} g */
  draw(g) {
    const box = bounds(g.nodes.values());
    this.box = box;
    this.k = Math.min((W - 16) / box.w, (H - 16) / box.h, 0.2);
    this.dx = (W - box.w * this.k) / 2 - box.x * this.k;
    this.dy = (H - box.h * this.k) / 2 - box.y * this.k;
    this.dots.replaceChildren(
      ...[...g.nodes.values()]
        .filter((n) => !n.pill)
        .map((n) =>
          s('rect', {
            class: `${n.container ? 'mini-room' : 'mini-node'} hue-${hue(n.type)}`,
            x: n.x * this.k + this.dx,
            y: n.y * this.k + this.dy,
            width: Math.max(2, n.w * this.k),
            height: Math.max(2, n.h * this.k),
            rx: 1.5,
          }),
        ),
    );
    this.move();
  }

  /** Follows the view; hidden while all of the graph is seen. */
  move() {
    if (!this.box) return;
    const { x, y, k } = this.view;
    const { w, h } = this.view.size();
    const all =
      this.box.x * k + x >= -8 &&
      this.box.y * k + y >= -8 &&
      (this.box.x + this.box.w) * k + x <= w + 8 &&
      (this.box.y + this.box.h) * k + y <= h + 8;
    this.svg.classList.toggle('idle', all);
    const at = {
      x: (-x / k) * this.k + this.dx,
      y: (-y / k) * this.k + this.dy,
      width: (w / k) * this.k,
      height: (h / k) * this.k,
    };
    for (const [key, v] of Object.entries(at)) this.frame.setAttribute(key, v.toFixed(1));
  }
}
