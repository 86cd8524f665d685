/* way.js: how a server is reached - a proxy, certificates - as a part of the form of what is on it. */
import { t } from '../i18n/index.js';
import { text, area, check } from '../ui/field.js';

/** @param {any} x what is set up, {} when it is new */
export function wayFields(x) {
  return {
    proxy: text({
      label: t('way.proxy'),
      type: 'url',
      code: true,
      optional: true,
      whole: true,
      value: x.proxy,
      placeholder: 'http://proxy.lan:3128',
      hint: t('way.proxy.hint'),
    }),
    ca: area({
      label: t('way.ca'),
      code: true,
      optional: true,
      whole: true,
      value: x.ca,
      placeholder: '-----BEGIN CERTIFICATE-----',
      hint: t('way.ca.hint'),
    }),
    insecure: check({ label: t('way.insecure'), value: x.insecure, hint: t('way.insecure.hint'), whole: true }),
  };
}

/** Empty is nothing. @param {any} f */
export function wayValues(f) {
  return { proxy: f.proxy.value() ?? null, ca: f.ca.value().trim() || null, insecure: f.insecure.value() };
}

/** Whether any of it is in use. @param {any} x */
export function wayUsed(x) {
  return Boolean(x.proxy || x.ca || x.insecure);
}
