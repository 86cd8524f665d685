/* missing.js: a path that leads nowhere. */
import { h, fill } from '../dom.js';
import { t } from '../i18n/index.js';
import { href } from '../router.js';
import { empty } from '../ui/bits.js';

/** @param {import('../router.js').Context} c */
export function mount(c) {
  fill(
    c.root,
    h(
      'div.page',
      h('h1.sr', t('missing.title')),
      empty(t('missing.title'), t('missing.text'), h('a.btn.primary', { href: href('/') }, t('nav.home'))),
    ),
  );
}
