/* workflow-filters.js: search box, tag chips and "what it uses"; all of it lives in the URL. */
import { h, fill, debounce } from '../dom.js';
import { t, tOr } from '../i18n/index.js';
import { workflows } from '../api.js';
import { shortId } from '../format.js';
import { icon } from '../ui/icons.js';
import { menuButton, openMenu } from '../ui/menu.js';
import { toastError } from '../ui/toast.js';
import { typeIcon } from '../graph/types.js';

const USES = ['node', 'model', 'tool', 'dataset', 'host'];
const ICONS = { node: 'flow', model: 'cube', tool: 'wrench', dataset: 'book', host: 'globe' };
const MOST_TAGS = 12;

/** A used thing in words: node types have names, knowledge bases only ids. */
function useLabel(kind, value) {
  if (kind === 'node') return tOr(`node.${value}`, value);
  return kind === 'dataset' ? shortId(value) : value;
}

export class WorkflowFilters {
  /** @param {import('../router.js').Context} c @param {() => void} onchange */
  constructor(c, onchange) {
    this.c = c;
    this.onchange = onchange;
    this.values = Object.fromEntries(['q', 'tag', ...USES].map((key) => [key, c.query.get(key) ?? '']));
    this.known = [];
    this.search = /** @type {HTMLInputElement} */ (
      h('input.input', {
        type: 'search',
        placeholder: t('workflows.search'),
        'aria-label': t('workflows.search'),
        value: this.values.q,
        oninput: debounce(() => this.set('q', this.search.value.trim()), 200),
      })
    );
    this.uses = menuButton('button.btn', { id: 'uses' }, [icon('filter', 16), t('uses')], () =>
      USES.map((kind) => ({ label: t(`uses.${kind}`), icon: ICONS[kind], run: () => this.choose(kind) })),
    );
    this.chips = h('div.row.wrap');
    this.el = h('div.filters', h('div.with-icon', icon('search', 16), this.search), this.uses, this.chips);
    this.draw();
    this.loadTags();
  }

  /** What the list asks the server for. */
  query() {
    return this.values;
  }

  active() {
    return Object.values(this.values).some(Boolean);
  }

  clear() {
    for (const key of Object.keys(this.values)) this.values[key] = '';
    this.search.value = '';
    this.apply();
  }

  set(key, value) {
    this.values[key] = value;
    this.apply();
  }

  apply() {
    this.c.setQuery(this.values);
    this.draw();
    this.onchange();
  }

  async loadTags() {
    const page = await workflows.tags(this.c.signal).catch(() => ({ items: [] }));
    this.known = page.items;
    this.draw();
  }

  /** Asks what is in use and lets one be chosen. @param {string} kind */
  async choose(kind) {
    try {
      const { items } = await workflows.uses(kind, this.c.signal);
      openMenu(
        this.uses,
        items.length
          ? items.slice(0, 60).map((x) => ({
              label: useLabel(kind, x.value),
              icon: kind === 'node' ? typeIcon(x.value) : ICONS[kind],
              note: String(x.count),
              run: () => this.set(kind, x.value),
            }))
          : [{ label: t('uses.none'), icon: 'info' }],
      );
    } catch (error) {
      toastError(error);
    }
  }

  draw() {
    const used = USES.filter((kind) => this.values[kind]).map((kind) =>
      h(
        'span.chip',
        { 'aria-pressed': 'true' },
        icon(ICONS[kind], 13),
        useLabel(kind, this.values[kind]),
        h('button', { 'aria-label': t('filters.remove'), onclick: () => this.set(kind, '') }, icon('close', 12)),
      ),
    );
    const tags = this.known.slice(0, MOST_TAGS).map(({ tag, count }) =>
      h(
        'button.chip',
        {
          'aria-pressed': String(tag === this.values.tag),
          onclick: () => this.set('tag', tag === this.values.tag ? '' : tag),
        },
        tag,
        h('span.meta.num', String(count)),
      ),
    );
    fill(this.chips, used, tags);
  }
}
