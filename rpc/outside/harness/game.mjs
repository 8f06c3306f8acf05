// The real game, started as the dashboard's end-to-end tests start it.

import WebSocket from 'ws';
import { Game } from '../../../webui/app/test/e2e/harness/game.mjs';
import { soon } from '../../../webui/app/test/e2e/harness/until.mjs';

export { until } from '../../../webui/app/test/e2e/harness/until.mjs';
export { Game, soon, WebSocket };

/** What a script shows to be let in. */
export const credentials = (game) => ({ Authorization: `Bearer ${game.token}` });

/** An open socket to the game, for a client that takes a socket. */
export async function connect(game) {
  const socket = new WebSocket(game.socket, { headers: credentials(game) });
  await opened(socket);
  return socket;
}

/** Resolves when a socket is open. */
export function opened(socket) {
  return soon(
    'the socket opens',
    new Promise((done, fail) => {
      socket.on('open', done);
      socket.on('error', fail);
    }),
  );
}

/** Closes a socket and waits until the other side has closed it too. */
export async function close(socket) {
  if (socket.readyState === WebSocket.CLOSED) return;
  const closed = new Promise((done) => socket.on('close', done));
  socket.close(1000);
  await soon('the socket closes', closed);
}

/** Sends one text by HTTP, as curl would, and returns the status and the body. */
export async function post(game, text, headers = {}) {
  const answer = await fetch(`${game.url}/rpc`, {
    method: 'POST',
    headers: { ...credentials(game), 'Content-Type': 'application/json', ...headers },
    body: text,
  });
  return { status: answer.status, type: answer.headers.get('content-type'), body: await answer.text() };
}

/** Calls over a socket, by the least that is needed: resolves to the whole answer. */
export function caller(socket) {
  const waiting = new Map();
  let last = 0;
  socket.on('message', (data) => {
    const message = JSON.parse(data);
    waiting.get(message.id)?.(message);
    waiting.delete(message.id);
  });
  return (method, params) => {
    const id = ++last;
    const answer = new Promise((done) => waiting.set(id, done));
    socket.send(JSON.stringify({ jsonrpc: '2.0', id, method, params }));
    return soon(`the answer to ${method} ${JSON.stringify(params)}`, answer);
  };
}
