import type { ChildProcess } from 'node:child_process';
import type { ConnectOptions, Game } from './client.d.ts';

export interface LaunchOptions extends Omit<ConnectOptions, 'timeout'> {
  /** Variables beside those of this process. */
  env?: Record<string, string | undefined>;
  /** By default that of this process. */
  cwd?: string;
  /** ms until the game has printed its link, its build with `go run` included; by default 60,000. */
  timeout?: number;
}

/** A game that was started. It ends with this process, even where that is killed. */
export interface Running {
  readonly game: Game;
  /** Its address, with a slash at the end. */
  readonly url: string;
  /** Opens the dashboard once: the newest link that the game printed. */
  readonly dashboard: string;
  readonly process: ChildProcess;
  /** The last 64 KiB of what it printed. */
  readonly output: string;
  /** Resolves to its exit code, or to the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals>;
  /** Asks the game to end, ends it after 3 s, with all that it started; resolves as `ended`. */
  close(): Promise<number | NodeJS.Signals>;
  /** Ends it at once, or sends it another signal. */
  kill(signal?: NodeJS.Signals): void;
}

/**
 * Starts a game, waits for the link that it prints, and connects. Without `args` the command is a line
 * for the shell. An error tells the last lines of what the game printed.
 */
export function launch(command: string, args: readonly string[], options?: LaunchOptions): Promise<Running>;
export function launch(command: string, options?: LaunchOptions): Promise<Running>;
