/* handoff.js: carries a DSL text from one page to the next; the session's storage keeps it over a reload. */

const KEY = 'studio.handoff';
let held = null;

/** @param {{name: string, text: string}} file */
export function handOver(file) {
  held = file;
  try {
    sessionStorage.setItem(KEY, JSON.stringify(file));
  } catch {
    /* too large to keep */
  }
}

/** @returns {{name: string, text: string}|null} */
export function takeOver() {
  if (held) return held;
  try {
    return JSON.parse(sessionStorage.getItem(KEY));
  } catch {
    return null;
  }
}

export function dropHandoff() {
  held = null;
  sessionStorage.removeItem(KEY);
}
