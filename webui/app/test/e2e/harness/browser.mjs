// The dashboard in a real Chromium. Whatever the page complains of is kept, and a test that does
// not expect it fails by it. SCRY_SLOW=4 lets every page have a quarter of its processor, which
// shows what a test, or the page, takes for granted.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { patience, until } from './until.mjs';

const quiet = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** A person's browser: what it remembers lasts until it is closed. */
export class Browser {
  #context;
  #folder = mkdtempSync(join(tmpdir(), 'scry-e2e-browser-'));

  /** Starts a browser. Playwright's options of a persistent context may be given. */
  static async start({ args = [], ...options } = {}) {
    const browser = new Browser();
    browser.#context = await chromium.launchPersistentContext(browser.#folder, {
      executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
      args: [...quiet, ...args],
      viewport: { width: 1440, height: 900 },
      ...options,
    });
    browser.#context.setDefaultTimeout(patience);
    return browser;
  }

  /** Opens a tab. Its complaints are collected from the first moment on. */
  async page() {
    const page = await this.#context.newPage();
    page.complaints = [];
    if (process.env.SCRY_SLOW) await slow(page, Number(process.env.SCRY_SLOW));
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) page.complaints.push(`${message.type()}: ${message.text()}`);
    });
    page.on('pageerror', (error) => page.complaints.push(`uncaught: ${error.stack ?? error}`));
    page.on('requestfailed', (request) => {
      // A page that is left while it asks for the last seconds, or for pictures, asks no further.
      const asks = /^\/(capture\/flight|asset\/.*)$/.test(new URL(request.url()).pathname);
      const left = asks && request.failure()?.errorText === 'net::ERR_ABORTED';
      if (!request.url().startsWith('ws') && !left)
        page.complaints.push(`failed: ${request.url()} ${request.failure()?.errorText}`);
    });
    await page.addInitScript(() => {
      globalThis.violations = [];
      addEventListener('securitypolicyviolation', (e) => {
        globalThis.violations.push(`${e.violatedDirective} ${e.blockedURI} ${e.sourceFile}:${e.lineNumber}`);
      });
    });
    return page;
  }

  async close() {
    await this.#context.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

async function slow(page, rate) {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('Emulation.setCPUThrottlingRate', { rate });
}

/**
 * Asserts that a page had nothing to complain of. `expected` are complaints that belong to the
 * test, such as the browser's own line about a socket that found no game.
 */
export async function calm(page, ...expected) {
  const left = page.complaints.filter((text) => !expected.some((pattern) => pattern.test(text)));
  assert.deepEqual(left, [], 'the console of the browser');
  assert.deepEqual(await page.evaluate(() => globalThis.violations), [], 'violations of the content security policy');
}

/** The browser's own line about a request that was on its way when the game ended. */
export const gone = /ERR_(CONNECTION_(REFUSED|RESET)|CONTENT_LENGTH_MISMATCH)/;

/** The browser's own line when nobody answers a socket. */
export const noGame = /WebSocket connection to .* failed/;

/** The page's word for its connection: live, offline, locked. */
export function connection(page) {
  return page.locator('output.conn');
}

/** Opens a link and waits until the page is connected. */
export async function enter(page, link) {
  await page.goto(link);
  await live(page);
}

/** Waits until the page says that it is connected. */
export async function live(page) {
  await until(
    'the page is live',
    () => connection(page).textContent(),
    (text) => text?.includes('live'),
  );
}

/** Shows a panel by its tab. */
export async function show(page, title) {
  await page.getByRole('navigation').getByRole('link', { name: title, exact: true }).click();
  await page.getByRole('main', { name: title }).waitFor();
}

/**
 * Presses a key until what it opens is there: a key that comes within milliseconds of the end of a
 * dialog may still belong to that. No person is as fast.
 */
export async function open(page, keys, what) {
  await until(`${keys} opens ${what}`, async () => {
    if (!(await what.isVisible())) await page.keyboard.press(keys);
    return what.isVisible();
  });
}

/** A number as the page writes it: thin spaces, a minus sign that is no hyphen. */
export function number(text) {
  return Number.parseFloat((text ?? '').replace(/[\s\u2009\u202f\u00a0]/g, '').replace('\u2212', '-'));
}
