// The page's end of the sandbox: an invisible frame of an origin of its own, in it a worker, and two ports.
// The page's thread never waits for it; a worker that gives no sign of life, or too many, is ended.

import type { Linked } from '../modules';
import { Bridge, type Game } from './bridge';
import code from './worker.js?raw';

/** What a worker is to run: one file. */
export interface Job {
  modules: readonly Linked[];
  /** Places in the list. */
  client: number;
  driver: number;
  file: number;
  name: string;
  /** Full names of the tests to run; undefined is all. */
  only: readonly string[] | undefined;
  options: { seed: number; timeout: number };
}

/** What the tests ask the page for. */
export interface Answers {
  read(name: string): Promise<Uint8Array | null>;
  artifact(test: string, name: string, mediaType: string, bytes: Uint8Array): Promise<string>;
  flight(): Promise<Uint8Array | null>;
}

/** How it ended. `hung` gives no sign of life; `flooded` gives too many; `broken` is the page's or the driver's fault. */
export type Outcome =
  | { kind: 'done' | 'stopped' | 'hung' | 'flooded' }
  | { kind: 'failed' | 'broken'; message: string; stack: string };

export interface Limits {
  /** ms without a sign of life, twice over */
  silence: number;
  /** ms within which the frame must have begun */
  start: number;
  /** messages a second */
  messages: number;
  /** characters of one message to the game */
  chars: number;
}

export const usual: Limits = { silence: 2000, start: 10_000, messages: 20_000, chars: 1 << 20 };

/** One worker, once. */
export class Sandbox {
  readonly bridge: Bridge;
  /** Takes what the driver tells. Anything may stand in it. */
  onEvent: (event: unknown) => void = () => undefined;
  /** Takes what a test wrote to the console. */
  onLog: (text: string, level: string) => void = () => undefined;
  /** Takes words of a rejection that nobody waited for. */
  onLoose: (message: string, stack: string) => void = () => undefined;
  private readonly answers: Answers;
  private readonly limits: Limits;
  private frame: HTMLIFrameElement | undefined;
  private readonly control = new MessageChannel();
  private readonly calls = new MessageChannel();
  private settle: (outcome: Outcome) => void = () => undefined;
  private ended = false;
  private timer = 0;
  private alive = 0; // when it gave a sign of life last
  private asked = false; // and was asked for one
  private count = 0; // messages in the running second
  private second = 0;

  constructor(game: Game, answers: Answers, limits: Limits = usual) {
    this.answers = answers;
    this.limits = limits;
    this.bridge = new Bridge(game, (text) => this.calls.port1.postMessage(text));
  }

  /** Runs a job to its end. It never rejects. */
  run(job: Job): Promise<Outcome> {
    return new Promise((done) => {
      this.settle = done;
      this.control.port1.onmessage = ({ data }) => this.guard(() => this.take(data));
      this.calls.port1.onmessage = ({ data }) => this.guard(() => this.call(data));
      addEventListener('message', this.fromFrame);
      const frame = document.createElement('iframe');
      this.frame = frame;
      frame.setAttribute('sandbox', 'allow-scripts');
      frame.setAttribute('aria-hidden', 'true');
      frame.tabIndex = -1;
      frame.hidden = true;
      frame.title = 'Sandbox of the tests';
      frame.src = new URL('sandbox.html', document.baseURI).href;
      this.job = job;
      document.body.append(frame);
      this.alive = performance.now() + this.limits.start - this.limits.silence;
      this.timer = window.setInterval(() => this.look(), 250);
    });
  }

  private job: Job | undefined;

  /** Asks the tests to stop; who does not is ended. */
  stop(): void {
    if (this.ended) return;
    this.control.port1.postMessage({ type: 'stop' });
    setTimeout(() => this.end({ kind: 'stopped' }), 1500);
  }

  /** Ends the worker wherever it is. */
  end(outcome: Outcome): void {
    if (this.ended) return;
    this.ended = true;
    clearInterval(this.timer);
    removeEventListener('message', this.fromFrame);
    this.frame?.contentWindow?.postMessage({ type: 'end' }, '*');
    this.control.port1.close(); // what is queued is dropped with it
    this.calls.port1.close();
    this.bridge.close();
    // The frame's thread ends the worker; with the frame it ends in any case.
    const frame = this.frame;
    setTimeout(() => frame?.remove(), 0);
    this.settle(outcome);
  }

  private readonly fromFrame = ({ source, data }: MessageEvent): void => {
    if (source === null || source !== this.frame?.contentWindow) return;
    if (data?.type === 'ready' && this.job !== undefined) {
      const job = this.job;
      this.job = undefined; // once
      this.frame.contentWindow?.postMessage({ type: 'start', code, job }, '*', [this.control.port2, this.calls.port2]);
    } else if (data?.type === 'broken') {
      this.end({ kind: 'broken', message: String(data.message ?? '').slice(0, 1000), stack: '' });
    }
  };

  // A page that was busy itself has not read what came: it asks once more before it judges.
  private look(): void {
    if (performance.now() - this.alive < this.limits.silence) return;
    if (this.asked) {
      this.end({ kind: 'hung' });
      return;
    }
    this.asked = true;
    this.alive = performance.now();
    this.control.port1.postMessage({ type: 'ping' });
  }

  private guard(f: () => void): void {
    if (this.ended) return;
    const now = performance.now();
    if (now - this.second >= 1000) {
      this.second = now;
      this.count = 0;
    }
    if (++this.count > this.limits.messages) {
      this.end({ kind: 'flooded' });
      return;
    }
    try {
      f();
    } catch (fault) {
      this.end({ kind: 'broken', message: fault instanceof Error ? fault.message : String(fault), stack: '' });
    }
  }

  private call(text: unknown): void {
    if (typeof text !== 'string') throw new Error('what came for the game is no text');
    if (text.length > this.limits.chars)
      throw new Error(`a message to the game has ${text.length} characters, at most ${this.limits.chars} may be`);
    this.bridge.receive(text);
  }

  private take(message: { type?: unknown; [key: string]: unknown } | null): void {
    switch (message?.type) {
      case 'beat':
        this.asked = false;
        this.alive = performance.now();
        break;
      case 'event':
        this.onEvent(message.event);
        break;
      case 'log':
        this.onLog(words(message.text), words(message.level));
        break;
      case 'loose':
        this.onLoose(words(message.message), words(message.stack));
        break;
      case 'ask':
        void this.answer(message);
        break;
      case 'done':
        this.end({ kind: 'done' });
        break;
      case 'failed':
        this.end({ kind: 'failed', message: words(message.message), stack: words(message.stack) });
        break;
    }
  }

  private async answer({ id, what, name, test, mediaType, bytes }: Record<string, unknown>): Promise<void> {
    const reply = (more: object): void => {
      if (!this.ended) this.control.port1.postMessage({ type: 'answer', id, ...more });
    };
    try {
      if (what === 'read') reply({ value: await this.answers.read(words(name)) });
      else if (what === 'flight') reply({ value: await this.answers.flight() });
      else if (what === 'artifact' && bytes instanceof Uint8Array)
        reply({ value: await this.answers.artifact(words(test), words(name), words(mediaType), bytes) });
      else reply({ error: 'the page does not know what is asked' });
    } catch (fault) {
      reply({ error: fault instanceof Error ? fault.message : String(fault) });
    }
  }
}

function words(value: unknown): string {
  return typeof value === 'string' ? value.slice(0, 20_000) : '';
}
