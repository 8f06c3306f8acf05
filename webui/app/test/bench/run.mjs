// What the costly widgets cost, in a real Chromium: node test/bench/run.mjs [rounds] [flame | log | world]
//
// Medians are printed, nothing is asserted: a busy machine is no fault of the code. Drawing is the
// time of the script; the browser paints its canvases elsewhere and later.

import { resolve } from 'node:path';
import { chromium } from 'playwright-core';
import { createServer } from 'vite';

const rounds = Number(process.argv[2] ?? 5);
const subjects = process.argv[3] ? [process.argv[3]] : ['flame', 'log', 'world'];
const server = await createServer({
  root: resolve(import.meta.dirname, '../..'),
  configFile: false,
  logLevel: 'error',
  cacheDir: resolve(import.meta.dirname, '../../node_modules/.cache/scry-bench'),
  server: { host: '127.0.0.1', port: 0, hmr: false },
});
await server.listen();
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu'],
});
try {
  for (const subject of subjects) await bench(subject);
} finally {
  await browser.close();
  await server.close();
}

async function bench(subject) {
  const page = await browser.newPage({ viewport: { width: 1440, height: 700 } });
  page.on('pageerror', (error) => process.stderr.write(`${error.stack}\n`));
  const { port } = server.httpServer.address();
  await page.goto(`http://127.0.0.1:${port}/test/bench/${subject}.html`);
  await page.waitForFunction(() => globalThis.measure !== undefined);
  const all = [];
  for (let i = 0; i < rounds; i++) all.push(await page.evaluate(() => globalThis.measure()));
  for (const name of Object.keys(all[0])) {
    const sorted = all.map((r) => r[name].value).sort((a, b) => a - b);
    const { unit, note } = all[0][name];
    const span = `${sorted[0].toFixed(2)} to ${sorted.at(-1).toFixed(2)}`;
    process.stdout.write(`${name.trim().padEnd(46)} ${sorted[rounds >> 1].toFixed(2)} ${unit}  (${span})  ${note}\n`);
  }
  await page.close();
}
