/* things.js: what the pages of models and of connections do alike - the frame with its list, the form, the steps of a test. */
import { h, fill } from '../dom.js';
import { t, tOr } from '../i18n/index.js';
import { state } from '../state.js';
import { icon } from '../ui/icons.js';
import { empty, skeleton } from '../ui/bits.js';
import { sheet } from '../ui/dialog.js';
import { showProblems } from '../ui/field.js';
import { toast, errorNote } from '../ui/toast.js';
import { jobEnd } from '../watch.js';
import { jobError } from './job-words.js';

/**
 * A page of things that were set up; texts are those of its name ("models": models.lead, models.add...).
 * @param {import('../router.js').Context} c
 * @param {{name: string, list: string, load: () => Promise<any[]>, card: (item: any, page: Things) => HTMLElement,
 *   form: (item: any, page: Things) => void, test: (id: string) => Promise<any>, result: (job: any, item: any) => HTMLElement}} o
 */
export class Things {
  constructor(c, o) {
    this.c = c;
    this.o = o;
    /** What the last test of each said, while the page is open. @type {Map<string, HTMLElement>} */
    this.results = new Map();
    /** @type {any[]} */
    this.items = [];
    this.list = h('div', skeleton(3));
    const head = h('div.page-head', h('h1', t(`nav.${o.name}`)), this.adder(), h('p.lead', t(`${o.name}.lead`)));
    fill(c.root, h('div.page', head, this.list));
  }

  adder() {
    if (!state.may('admin')) return null;
    return h(
      'button.btn.primary',
      { onclick: () => this.o.form(null, this) },
      icon('plus', 16),
      t(`${this.o.name}.add`),
    );
  }

  draw() {
    const { name, list, card } = this.o;
    const nothing = () => h('div.card', empty(t(`${name}.empty.title`), t(`${name}.empty.text`), this.adder()));
    const cards = this.items.map((x) => card(x, this));
    const at = /** @type {HTMLElement|null} */ (document.activeElement?.closest('.thing'))?.dataset.id;
    fill(this.list, cards.length ? h(list, cards) : nothing());
    if (at) this.list.querySelector(`[data-id="${at}"] button`)?.focus(); // the one that was used is another now
  }

  /** @param {any[]} items */
  show(items) {
    this.items = items;
    this.draw();
  }

  async load() {
    try {
      this.show(await this.o.load());
    } catch (error) {
      if (error.name !== 'AbortError') fill(this.list, errorNote(error, () => this.load()));
    }
  }

  /** One was changed: what its last test said was of another. @param {string} [id] none for a new one */
  async saved(id) {
    this.results.delete(id);
    await this.load();
  }

  /** Tests one of them; what came of it stands in its card. */
  async test(item) {
    this.results.set(item.id, h('div.meta.row.testing', { role: 'status' }, icon('spin', 16), t('testing')));
    this.draw();
    try {
      const { job } = await this.o.test(item.id);
      this.results.set(item.id, this.o.result(await jobEnd(job.id, this.c.signal), item));
    } catch (error) {
      this.results.delete(item.id);
      throw error;
    } finally {
      await this.load();
    }
  }
}

/**
 * The form of one of them at the side. values gives null when something is missing.
 * @param {{title: string, body: any, fields: any, values: () => any, save: (body: any) => Promise<any>, done: (saved: any) => any}} o
 */
export function formSheet(o) {
  sheet({
    title: o.title,
    submit: t('save'),
    body: o.body,
    onsubmit: async () => {
      const body = o.values();
      if (!body) throw new DOMException('', 'AbortError');
      const saved = await o.save(body).catch((error) => {
        throw showProblems(o.fields, error) ? new DOMException('', 'AbortError') : error;
      });
      toast(t('saved'), { tone: 'ok' });
      o.done(saved);
    },
  });
}

/** How a step went: its colour and its sign. */
function look(step) {
  if (step.ok) return ['ok', 'okay'];
  return step.optional ? ['off', 'minus'] : ['error', 'fail'];
}

/**
 * Step by step what works, and what to do where not.
 * @param {any} job @param {{detail: (step: any) => any, advice: (step: any) => any, look?: (step: any) => string[]|null}} o
 */
export function testSteps(job, o) {
  const list = job?.result?.steps ?? [];
  const bad = job?.state !== 'succeeded' && !list.length;
  const row = (x) => {
    const [tone, sign] = o.look?.(x) ?? look(x);
    const detail = o.detail(x);
    const advice = o.advice(x);
    return h(
      'li',
      { class: tone },
      icon(sign, 18),
      h(
        'div.grow',
        h('strong', tOr(`step.${x.step}`, x.step)),
        detail && h('div.soft.wrap-any', detail),
        advice && h('div.advice.wrap-any', advice),
      ),
    );
  };
  return h(
    'div.stack.tight',
    bad && h('div.note.error', icon('fail'), h('div.wrap-any', jobError(job?.error))),
    list.length > 0 && h('ol.steps', list.map(row)),
  );
}
