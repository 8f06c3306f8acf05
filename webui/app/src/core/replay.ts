// Plays a capture into a session as if a game sent it: the file answers in the place of the server, so
// the same handlers fill the same stores, and every panel shows what it shows of a running game.

import type { CaptureEvent, CaptureFile } from './capturefile';
import { binaryHeader, codes, type LoginResult } from './protocol';
import type { Rpc, Wire } from './rpc';
import { eventValue, shapes } from './shapes';

/** Topics that are features by the same name. */
const features = ['timings', 'scopes', 'memory', 'log', 'cvars'];
const slice = 8; // ms of handing out, then the page draws

/** What a session would have been told when it logged in. */
export function loginOf(file: CaptureFile): LoginResult {
  const { meta } = file;
  const has = (topic: string): boolean => file.snapshots.has(topic) || file.messages.has(topic);
  return {
    id: 0,
    name: 'you',
    role: 'view',
    session: meta.session,
    protocol: '',
    server: { name: meta.name || 'capture', version: meta.gameVersion },
    features: [...features.filter(has), ...(has('test') ? ['tests'] : [])],
    clock: { frame: meta.firstFrame, tick: 0, time: meta.from },
    limits: {},
  };
}

interface Request {
  id?: number;
  method: string;
  params?: { id?: string; topic?: string };
}

/** A file in the place of a game. */
export class Replay implements Wire {
  private readonly rpc: Rpc;
  private readonly file: CaptureFile;
  private readonly waiting: (() => void)[] = [];
  private running = false;
  private numbers = 0; // of binary subscriptions
  private ends: (() => void)[] = [];
  /** Runs when all that was asked for is handed out, each time. */
  onIdle: (() => void) | undefined;

  constructor(rpc: Rpc, file: CaptureFile) {
    this.rpc = rpc;
    this.file = file;
  }

  /** Answers, in a task of its own as a game would. */
  send(text: string): void {
    const message: unknown = JSON.parse(text);
    for (const request of (Array.isArray(message) ? message : [message]) as Request[]) {
      if (request.id !== undefined) this.later(() => this.answer(request));
    }
  }

  /** Resolves when all that was asked for is handed out. */
  settled(): Promise<void> {
    return new Promise((done) => {
      this.ends.push(done);
      this.later(() => undefined);
    });
  }

  private answer({ id, method, params }: Request): void {
    const reply = (result: unknown): void => this.rpc.accept({ jsonrpc: '2.0', id, result });
    const topic = params?.topic ?? '';
    if (method === 'sub.open' && this.file.snapshots.has(topic)) this.open(reply, params?.id ?? '', topic);
    else if (method === 'timing.names') reply(this.state('timings'));
    else if (method === 'sub.close') reply({});
    else this.refuse(id, method, topic);
  }

  private refuse(id: number | undefined, method: string, topic: string): void {
    const message =
      method === 'sub.open'
        ? `topic ${topic} is not in this capture`
        : `${method}: this is a capture, the game is not here`;
    this.rpc.accept({ jsonrpc: '2.0', id, error: { code: codes.unavailable, message, data: { kind: 'capture' } } });
  }

  private state(topic: string): unknown {
    const state = this.file.snapshots.get(topic);
    return shapes[topic]?.state(state) ?? state;
  }

  private open(reply: (result: unknown) => void, id: string, topic: string): void {
    const messages = this.file.messages.get(topic);
    const number = messages === undefined ? undefined : ++this.numbers;
    reply({ id, seq: 0, snapshot: this.state(topic), ...(number !== undefined && { binary: number }) });
    const events = this.file.events.get(topic) ?? [];
    let seq = 0;
    for (const event of events) {
      if (shapes[topic]?.event(event.value) === false) continue;
      this.later(() => this.tell(id, ++seq, topic, event));
    }
    for (const message of messages ?? [])
      this.later(() => this.rpc.receiveBinary(numbered(message, number ?? 0, ++seq)));
  }

  private tell(id: string, seq: number, topic: string, event: CaptureEvent): void {
    const params = { ...event, value: eventValue(topic, event.value), id, seq };
    this.rpc.accept({ jsonrpc: '2.0', method: 'sub.event', params });
  }

  private later(f: () => void): void {
    this.waiting.push(f);
    if (this.running) return;
    this.running = true;
    void this.run();
  }

  // In slices: a capture of many thousand frames must not stop the page.
  private async run(): Promise<void> {
    for (let at = 0; at < this.waiting.length; ) {
      await new Promise((next) => setTimeout(next));
      const end = performance.now() + slice;
      while (at < this.waiting.length && performance.now() < end) {
        (this.waiting[at++] as () => void)();
        await null; // an answer is taken in a microtask, and comes before the events
      }
    }
    this.waiting.length = 0;
    this.running = false;
    const ends = this.ends;
    this.ends = [];
    for (const done of ends) done();
    this.onIdle?.();
  }
}

// A copy, since the number that the header bears is another each time.
function numbered(message: ArrayBuffer, number: number, seq: number): ArrayBuffer {
  const copy = message.slice(0);
  const header = new DataView(copy, 0, binaryHeader);
  header.setUint32(4, number, true);
  header.setUint32(8, seq, true);
  return copy;
}
