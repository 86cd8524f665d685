/* format.js: numbers, sizes, durations and times as people read them. */
import { t, locale } from './i18n/index.js';

/** @type {[Intl.RelativeTimeFormatUnit, number][]} */
const units = [
  ['year', 31536e6],
  ['month', 2592e6],
  ['week', 6048e5],
  ['day', 864e5],
  ['hour', 36e5],
  ['minute', 6e4],
];

/** "3 minutes ago", "yesterday"; under a minute "just now". @param {number|null|undefined} ms */
export function ago(ms) {
  if (!ms) return '–';
  const delta = ms - Date.now();
  const rtf = new Intl.RelativeTimeFormat(locale(), { numeric: 'auto', style: 'short' });
  for (const [unit, size] of units) {
    if (Math.abs(delta) >= size) return rtf.format(Math.round(delta / size), unit);
  }
  return t('time.now');
}

/** Exact local date and time. @param {number} ms */
export function exact(ms) {
  return new Intl.DateTimeFormat(locale(), { dateStyle: 'medium', timeStyle: 'medium' }).format(ms);
}

/** The time of day, to the second. @param {number} ms */
export function clock(ms) {
  return new Intl.DateTimeFormat(locale(), { timeStyle: 'medium' }).format(ms);
}

/** @param {...[number|string, string]} list number and unit; zeros after the first are left out */
function parts(...list) {
  return list
    .filter(([n], i) => i === 0 || n)
    .map(([n, unit]) => `${n} ${t(`unit.${unit}`)}`)
    .join(' ');
}

/** 840 ms, 3.2 s, 2 min 5 s. @param {number|null|undefined} ms */
export function duration(ms) {
  if (ms === null || ms === undefined || Number.isNaN(ms)) return '–';
  if (ms < 1000) return parts([Math.round(ms), 'ms']);
  if (ms < 10000) return parts([(ms / 1000).toFixed(1), 's']);
  const sec = Math.round(ms / 1000);
  if (sec < 60) return parts([sec, 's']);
  if (sec < 3600) return parts([Math.floor(sec / 60), 'min'], [sec % 60, 's']);
  if (sec < 86400) return parts([Math.floor(sec / 3600), 'h'], [Math.floor((sec % 3600) / 60), 'min']);
  return parts([Math.floor(sec / 86400), 'd'], [Math.floor((sec % 86400) / 3600), 'h']);
}

/** @param {number|null|undefined} n */
export function bytes(n) {
  if (n === null || n === undefined) return '–';
  const names = ['B', 'KB', 'MB', 'GB', 'TB'];
  let i = 0;
  while (n >= 1000 && i < names.length - 1) {
    n /= 1024;
    i++;
  }
  return `${i === 0 || n >= 100 ? Math.round(n) : n.toFixed(1)} ${names[i]}`;
}

/** @param {number|null|undefined} n */
export function count(n) {
  return n === null || n === undefined ? '–' : new Intl.NumberFormat(locale()).format(n);
}

/** What something cost; a small sum keeps two digits that say something. @param {{amount: number, currency: string}} cost */
export function money({ amount, currency }) {
  const digits = amount > 0 && amount < 1 ? { maximumSignificantDigits: 2 } : { maximumFractionDigits: 2 };
  const options = currency ? { style: 'currency', currency, currencyDisplay: 'narrowSymbol', ...digits } : digits;
  return new Intl.NumberFormat(locale(), /** @type {any} */ ({ minimumFractionDigits: 0, ...options })).format(amount);
}

/** A long id shortened in the middle. @param {string} id */
export function shortId(id) {
  return id.length > 13 ? `${id.slice(0, 5)}…${id.slice(-5)}` : id;
}

/** One line of text, cut at max characters. @param {any} text @param {number} max */
export function oneLine(text, max = 120) {
  const line = String(text ?? '')
    .replace(/\s+/g, ' ')
    .trim();
  return line.length > max ? `${line.slice(0, max - 1)}…` : line;
}

/** Host of a URL, or the text itself. @param {string} url */
export function host(url) {
  const m = /^[a-z][a-z0-9+.-]*:\/\/([^/?#]+)/i.exec(url || '');
  return m ? m[1] : String(url || '');
}
