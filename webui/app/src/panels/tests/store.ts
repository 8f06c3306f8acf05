// The files of the tests: those of the game, followed over its topic, and those that were dropped into the
// page, which this browser keeps. What they contain is asked for when it is wanted, once a version.

import { type Signal, signal } from '@preact/signals';
import type { App } from '../../core/app';
import { codes } from '../../core/protocol';
import type { RpcError } from '../../core/rpc';
import type { TestFile, TestsEvent, TestsState } from '../../core/wire';
import { isPicture, isTest } from './model';

/** Where dropped files lie among the others. */
export const dropped = 'browser/';

export interface SourceFile extends TestFile {
  origin: 'game' | 'browser';
}

/** Somebody else was there before. */
export class Conflict extends Error {
  /** Of what is there now; empty is none. */
  readonly version: string;

  constructor(message: string, version: string) {
    super(message);
    this.version = version;
  }
}

const mostKept = 1_000_000; // characters of dropped files in the browser's storage
const largeText = 40_000; // characters; what is larger may not fit into a message

export class TestStore {
  readonly files = new Map<string, SourceFile>();
  /** Grows with every change. */
  readonly version: Signal<number> = signal(0);
  readonly state: Signal<Pick<TestsState, 'available' | 'folder' | 'writable' | 'ready'>> = signal({
    available: true,
    writable: false,
    ready: false,
  });
  readonly fault: Signal<string> = signal('');
  /** Told the names of files that are others than before, or gone. */
  onChange: ((names: readonly string[]) => void) | undefined;
  private readonly texts = new Map<string, { version: string; text: string }>();
  private readonly app: App;
  private local: Record<string, string> = {};

  constructor(app: App) {
    this.app = app;
    this.local = this.remembered();
    this.showLocal();
    if (app.capture !== undefined) return;
    const following = app.rpc.subscribe('tests', {
      onSnapshot: (state) => this.reset(state),
      onEvent: (event, { lost }) => {
        if (lost > 0) following.update(undefined as never);
        else this.take(event);
      },
      onError: ({ message }) => {
        this.fault.value = message;
      },
    });
  }

  /** Names of tests, in their order. */
  tests(): string[] {
    return [...this.files.keys()].filter(isTest).sort(byName);
  }

  /** Names of modules that tests import. */
  modules(): string[] {
    return [...this.files.keys()].filter((name) => !isTest(name) && !isPicture(name)).sort(byName);
  }

  /** What is in a file of JavaScript; undefined where there is none. */
  async text(name: string): Promise<{ version: string; text: string } | undefined> {
    const file = this.files.get(name);
    if (file === undefined || isPicture(name)) return undefined;
    if (file.origin === 'browser') return { version: file.version, text: this.local[name] ?? '' };
    const kept = this.texts.get(name);
    if (kept?.version === file.version) return kept;
    const fresh = await this.fetchText(name);
    this.texts.set(name, fresh);
    return fresh;
  }

  /** The bytes of a picture; null where there is none. */
  async bytes(name: string): Promise<Uint8Array | null> {
    if (!this.files.has(name)) return null;
    const answer = await this.app.fetch(`test/${name}`);
    if (answer.status === 404) return null;
    if (!answer.ok) throw new Error(((await answer.text()) || String(answer.status)).trim());
    return new Uint8Array(await answer.arrayBuffer());
  }

  /** Writes a file. Rejects with a Conflict where another has changed it since `ifVersion`. */
  async save(name: string, text: string, ifVersion?: string): Promise<string> {
    if (name.startsWith(dropped)) {
      this.keep(name, text);
      return this.files.get(name)?.version ?? '';
    }
    const file =
      text.length > largeText
        ? await this.put(name, new TextEncoder().encode(text), ifVersion)
        : await this.app.rpc
            .call('test.write', { name, text, ...(ifVersion !== undefined && { ifVersion }) })
            .catch((fault: RpcError) => {
              throw fault.code === codes.conflict ? new Conflict(fault.message, fault.data.want ?? '') : fault;
            });
    this.texts.set(name, { version: file.version, text });
    this.set({ ...file, origin: 'game' });
    this.changed();
    return file.version;
  }

  /** Writes a picture. */
  async savePicture(name: string, bytes: Uint8Array): Promise<void> {
    this.set({ ...(await this.put(name, bytes)), origin: 'game' });
    this.changed();
  }

  /** Keeps a file in this browser. Throws where there is no room. */
  keep(name: string, text: string): void {
    const next = { ...this.local, [name]: text };
    if (Object.entries(next).reduce((sum, [n, t]) => sum + n.length + t.length, 0) > mostKept)
      throw new Error('this browser keeps a million characters of tests, and there is no room for more');
    this.local = next;
    this.remember();
    this.showLocal();
    this.changed();
    this.onChange?.([name]);
  }

  /** Lets go of a file, wherever it is. */
  async remove(name: string): Promise<void> {
    if (name.startsWith(dropped)) {
      const { [name]: _, ...rest } = this.local;
      this.local = rest;
      this.remember();
      this.files.delete(name);
      this.changed();
      return;
    }
    const file = this.files.get(name);
    await this.app.rpc.call('test.delete', { name, ...(file && { ifVersion: file.version }) });
  }

  private async fetchText(name: string): Promise<{ version: string; text: string }> {
    const answer = await this.app.fetch(`test/${name}`);
    if (!answer.ok) throw new Error(((await answer.text()) || String(answer.status)).trim());
    const version = (answer.headers.get('ETag') ?? '').replace(/^W\/|"/g, '').replace(/-gz$/, '');
    return { version, text: await answer.text() };
  }

  private async put(name: string, bytes: Uint8Array, ifVersion?: string): Promise<TestFile> {
    const headers: Record<string, string> = { 'Scry-Client': this.app.me.peek()?.name ?? '' };
    if (ifVersion === '') headers['If-None-Match'] = '*';
    else if (ifVersion !== undefined) headers['If-Match'] = `"${ifVersion}"`;
    const answer = await this.app.fetch(`test/${name}`, {
      method: 'PUT',
      headers,
      body: bytes as Uint8Array<ArrayBuffer>,
    });
    if (answer.status === 412) throw new Conflict((await answer.text()).trim(), '');
    if (!answer.ok) throw new Error((await answer.text()).trim());
    return (await answer.json()) as TestFile;
  }

  private reset({ files, fault = '', ...state }: TestsState): void {
    const gone = [...this.files.values()].filter((f) => f.origin === 'game' && !files.some((n) => n.name === f.name));
    for (const { name } of gone) this.files.delete(name);
    this.state.value = state;
    this.told(
      files,
      gone.map((f) => f.name),
      fault,
    );
  }

  private take({ changed, gone, fault = '' }: TestsEvent): void {
    for (const name of gone) this.files.delete(name);
    if (!this.state.peek().ready) this.state.value = { ...this.state.peek(), ready: true };
    this.told(changed, gone, fault);
  }

  private told(files: readonly TestFile[], gone: readonly string[], fault: string): void {
    this.fault.value = fault;
    const others = files.filter((f) => this.files.get(f.name)?.version !== f.version).map((f) => f.name);
    for (const file of files) this.set({ ...file, origin: 'game' });
    this.changed();
    if (others.length + gone.length > 0) this.onChange?.([...others, ...gone]);
  }

  private set(file: SourceFile): void {
    this.files.set(file.name, file);
  }

  private changed(): void {
    this.version.value++;
  }

  private get key(): string {
    return `scry.tests.${this.app.me.peek()?.server.name ?? ''}`;
  }

  private remembered(): Record<string, string> {
    try {
      const kept: unknown = JSON.parse(localStorage.getItem(this.key) ?? '{}');
      const entries = Object.entries(kept as Record<string, unknown>);
      return Object.fromEntries(entries.filter((e): e is [string, string] => typeof e[1] === 'string'));
    } catch {
      return {}; // storage is forbidden, or holds something else
    }
  }

  private remember(): void {
    try {
      localStorage.setItem(this.key, JSON.stringify(this.local));
    } catch {
      this.app.toast('This browser keeps nothing: the file lasts as long as the page', 'warn');
    }
  }

  private showLocal(): void {
    for (const [name, text] of Object.entries(this.local)) {
      this.files.set(name, {
        name,
        bytes: new Blob([text]).size,
        version: `${text.length}.${sum(text)}`,
        writable: true,
        origin: 'browser',
      });
    }
  }
}

// FNV-1a: it tells texts apart, and nothing rests on it.
function sum(text: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  return h >>> 0;
}

const byName = (a: string, b: string): number => a.localeCompare(b, 'en');
