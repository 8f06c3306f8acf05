import type { Game } from './client.d.ts';
import type { Host } from './test.d.ts';

export interface NodeHostOptions {
  /** The game's address, or the link that it printed. */
  url?: string;
  token?: string;
  /** A command line that starts a game, in the place of url. */
  launch?: string;
  env?: Record<string, string>;
  /** What names of files are relative to; by default the working folder. */
  root?: string;
  /** The folder for files of failures; by default scry-traces. */
  traces?: string;
}

/** The driver's host in Node. */
export class NodeHost implements Host {
  constructor(options?: NodeHostOptions);
  connect(): Promise<Game>;
  load(name: string): Promise<unknown>;
  read(name: string): Promise<Uint8Array | null>;
  write(name: string, bytes: Uint8Array): Promise<void>;
  artifact(id: string, name: string, mediaType: string, bytes: Uint8Array): Promise<string>;
  flight(): Promise<Uint8Array | null>;
  replay(test: { file: string; name: string; seed: number }): string;
  /** Ends what it started, and the connection. */
  close(): Promise<void>;
  /** What a game that was started here printed. */
  readonly output: string;
}
