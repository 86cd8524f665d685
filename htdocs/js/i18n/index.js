/* i18n: looks texts up by key in the language of the page. */
import en from './en.js';
import zh from './zh.js';
import enTransfer from './en-transfer.js';
import zhTransfer from './zh-transfer.js';
import enModels from './en-models.js';
import zhModels from './zh-models.js';
import enGenerations from './en-generations.js';
import zhGenerations from './zh-generations.js';
import enEdit from './en-edit.js';
import zhEdit from './zh-edit.js';
import enRuns from './en-runs.js';
import zhRuns from './zh-runs.js';
import enProblems from './en-problems.js';
import zhProblems from './zh-problems.js';

const tables = {
  en: { ...en, ...enTransfer, ...enModels, ...enGenerations, ...enEdit, ...enRuns, ...enProblems },
  zh: { ...zh, ...zhTransfer, ...zhModels, ...zhGenerations, ...zhEdit, ...zhRuns, ...zhProblems },
};

/** @returns {'en'|'zh'} */
export function lang() {
  return document.documentElement.lang.startsWith('zh') ? 'zh' : 'en';
}

/** BCP 47 tag for Intl. */
export function locale() {
  return lang() === 'zh' ? 'zh-CN' : 'en';
}

/**
 * Text of a key with {name} filled in. "{n} node|{n} nodes" picks by values.n.
 * @param {string} key
 * @param {Record<string, string|number>} [values]
 */
export function t(key, values = {}) {
  let text = tables[lang()][key];
  if (text === undefined) return key;
  if (text.includes('|') && typeof values.n === 'number') text = text.split('|')[values.n === 1 ? 0 : 1];
  return text.replace(/\{(\w+)\}/g, (whole, name) => (values[name] === undefined ? whole : String(values[name])));
}

/** Text of a key, or the fallback when the key is unknown. @param {string} key @param {string} fallback */
export function tOr(key, fallback, values) {
  return key in tables[lang()] ? t(key, values) : fallback;
}
