// Waiting for what is to become so. Nothing here waits for time alone.

/** How long anything is waited for, ms. It bounds what hangs, and is no measure of what is slow. */
export const patience = 30_000;

/**
 * Asks until the answer is true, and returns it. It throws when that takes too long, naming
 * what was waited for and the answer that came last.
 *
 * @template T
 * @param {string} what
 * @param {() => T | Promise<T>} ask
 * @param {(answer: T) => unknown} holds
 */
export async function until(what, ask, holds = (answer) => answer, within = patience) {
  const end = Date.now() + within;
  for (;;) {
    const answer = await ask();
    if (holds(answer)) return answer;
    if (Date.now() > end) {
      const last = typeof answer === 'string' ? answer : JSON.stringify(answer);
      throw new Error(`waited ${within} ms for: ${what}; last was ${String(last).slice(0, 2000)}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/**
 * Bounds a promise in time, and says what did not come.
 *
 * @template T
 * @param {string} what
 * @param {Promise<T>} promise
 */
export async function soon(what, promise, within = patience) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`waited ${within} ms for: ${what}`)), within);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
