/* renew.js: renews the session once for all tabs of a browser. The refresh token works once, so two tabs must not use
 * it side by side; over plain http there are no Web Locks, and localStorage does. */

const BUSY = 'studio.renewing';
const DONE = 'studio.renewed';
const PATIENCE = 5000;

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

function stamp(key) {
  try {
    return Number(localStorage.getItem(key)) || 0;
  } catch {
    return 0;
  }
}

function mark(key, value) {
  try {
    localStorage.setItem(key, String(value));
  } catch {
    /* a private window without storage has one tab to speak of */
  }
}

/** Waits while another tab renews. @param {number} began @returns {Promise<boolean>} true when that tab succeeded */
async function othersTurn(began) {
  await pause(Math.random() * 60);
  while (Date.now() - stamp(BUSY) < PATIENCE && Date.now() - began < PATIENCE) {
    await pause(50);
    if (stamp(DONE) >= began) return true;
  }
  return stamp(DONE) >= began;
}

let running = null;

/**
 * Runs the renewal unless another tab has just done it.
 * @param {() => Promise<boolean>} send asks the server; true when the session is good again
 * @returns {Promise<boolean>}
 */
export function renewOnce(send) {
  running ??= (async () => {
    const began = Date.now();
    if (await othersTurn(began)) return true;
    mark(BUSY, Date.now());
    const good = await send().catch(() => false);
    if (good) mark(DONE, Date.now());
    mark(BUSY, 0);
    return good;
  })().finally(() => {
    running = null;
  });
  return running;
}
