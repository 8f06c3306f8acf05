// How fast a test drives a held game over loopback: 1,000 moving entities, a tick and a look at one of
// them. It starts the game once for each client: the socket of this package, the package ws, Node's own
// where there is one, and a page in Chromium that imports /client.js. SCRY_FIELD names the built game.
//
//   node bench/step.mjs [--millis=300] [--rounds=5] [own ws node chromium]

import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { launch } from '../launch.js';
import { WebSocket } from '../node-socket.js';
import { rows } from './rows.mjs';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { millis: { type: 'string', default: '300' }, rounds: { type: 'string', default: '5' } },
});
const measure = { millis: Number(values.millis), rounds: Number(values.rounds) };
const root = resolve(import.meta.dirname, '../../..');
const dashboard = createRequire(resolve(root, 'webui/app/package.json')); // where ws and a browser are

const inNode = (Socket) => async () => {
  const running = await field({ WebSocket: Socket });
  try {
    return await rows(running.game, measure);
  } finally {
    await running.close();
  }
};

const clients = {
  own: inNode(WebSocket),
  ws: () => inNode(dashboard('ws').WebSocket)(),
  node: globalThis.WebSocket && inNode(globalThis.WebSocket),
  chromium: async () => {
    const { chromium } = dashboard('playwright-core');
    const running = await field();
    const browser = await chromium.launch({
      executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
      args: ['--no-sandbox', '--disable-gpu'],
    });
    try {
      const page = await browser.newPage();
      await page.addInitScript(`window.rows = ${rows}`);
      await page.goto(`${running.url}client.js`);
      return await page.evaluate(
        async ({ link, measure }) => {
          const { connect } = await import('/client.js');
          return window.rows(await connect(link), measure);
        },
        { link: running.dashboard, measure },
      );
    } finally {
      await browser.close();
      await running.close();
    }
  },
};

function field(options) {
  const [command, ...args] = process.env.SCRY_FIELD ? [process.env.SCRY_FIELD] : ['go', 'run', './field'];
  return launch(command, args, { cwd: import.meta.dirname, ...options });
}

const wanted = positionals.length > 0 ? positionals : Object.keys(clients).filter((name) => clients[name]);
const tables = {};
for (const name of wanted) tables[name] = await clients[name]();

const width = 34;
console.log(['client'.padEnd(width), ...wanted.map((name) => name.padStart(12))].join(''));
for (const [i, { name }] of tables[wanted[0]].entries()) {
  const cells = wanted.map((client) => {
    const { value, unit, error } = tables[client][i];
    return (error ? 'no' : `${Math.round(value).toLocaleString('en')}${unit === 'µs' ? ' µs' : ''}`).padStart(12);
  });
  console.log([name.padEnd(width), ...cells].join(''));
}
