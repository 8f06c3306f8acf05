import type { LoginResult, Methods, OpenResult, Topics } from './wire.d.ts';

export type * from './wire.d.ts';

/** What stands in an error of the game beside its code and message. */
export interface ErrorData {
  /** The code in words: `not-found`, `out-of-range`; `offline` where there is no connection. */
  kind?: string;
  /** A JSON pointer into the params. */
  path?: string;
  got?: string;
  want?: string;
  /** The nearest of what is known, or what may be done. */
  suggest?: string;
  limit?: string;
  /** Where in the text at `path` the fault stands, in UTF-16 code units. */
  from?: number;
  to?: number;
  frame?: number;
}

/**
 * What a call is rejected with that the game refused, or whose connection was lost. Its stack is that
 * of the call.
 */
export class RpcError extends Error {
  readonly name: 'RpcError';
  readonly method: string;
  /** One of the codes of PROTOCOL.md; 0 where there is no connection. */
  readonly code: number;
  readonly data: ErrorData;
}

/** As much of a WebSocket as the client uses. A MessagePort, with `postMessage` for `send`, will do. */
export interface Transport {
  send(text: string): void;
  close(): void;
  /** The client sets it, and is called with `{ data }`: a string or an ArrayBuffer. */
  onmessage: ((event: never) => unknown) | null;
  /** The client sets it, and is called with `{ code, reason }`, or either, when the transport has ended. */
  onclose?: ((event: never) => unknown) | null;
}

/** A class like the browser's WebSocket, such as those of the packages ws and undici. */
export type WebSocketClass = new (url: URL, options?: never) => unknown;

export interface ConnectOptions {
  /** What lets a script in. By default the variable SCRY_TOKEN, or what the dashboard keeps in this browser. */
  token?: string;
  /** What lets in once; by default that of the link in `target`. */
  code?: string;
  /** The name to be known by. Where it is taken, one like it. By default guest-N. */
  name?: string;
  /** By default the global one; where there is none, in Node, one that belongs to this package. */
  WebSocket?: WebSocketClass;
  /** Whether a connection that is lost is made again. By default true. */
  reconnect?: boolean;
  /** ms until there is a login; by default 10,000. */
  timeout?: number;
  /** Finds out why a connection was lost, before anybody is told. */
  explain?: (event: { code: number; reason: string }) => Promise<{ code: number; reason: string }>;
  /** Asks for the notification `$/frame` after each frame. */
  frames?: boolean;
  /** Ends the attempt; a connection that stands is ended by `close`. */
  signal?: AbortSignal;
}

/**
 * Connects to a game and logs in. `target` is the game's address (`http://127.0.0.1:6060`) or the link
 * that it printed; by default the game that served this module. It may also be a transport that leads
 * to a game, such as a MessagePort, or a function that makes one, and is asked again when it was lost.
 */
export function connect(
  target?: string | URL | Transport | MessagePort | (() => Transport | Promise<Transport>),
  options?: ConnectOptions,
): Promise<Game>;

export interface CallOptions {
  /** Takes the call back: it is rejected with the signal's reason, and the game is told. */
  signal?: AbortSignal;
  /**
   * Whether the call travels alone, lest others of the same batch wait for its answer. By default true
   * for the methods that are answered when the game has got somewhere, such as `time.until`.
   */
  alone?: boolean;
}

type Args<P, Rest extends unknown[]> = Record<string, never> extends P ? [params?: P, ...Rest] : [params: P, ...Rest];

/** Params and result of a method; of one that the game added, whatever they are. */
export type Params<M extends string> = M extends keyof Methods ? Methods[M]['params'] : object;
export type Result<M extends string> = M extends keyof Methods ? Methods[M]['result'] : unknown;

/** A connection to a game. */
export interface Game {
  /** This client, as the game counts them. */
  readonly id: number;
  readonly name: string;
  readonly role: LoginResult['role'];
  /** Names this run of the game. */
  readonly session: string;
  /** For another login. */
  readonly token?: string;
  /** Where its pages and files are, with a slash at the end; not where a transport was given. */
  readonly url?: string;
  /** What the last login answered. */
  readonly login: LoginResult;

  /**
   * Calls a method. Calls that are made in one microtask travel as one batch and run in one frame, in
   * their order. It is rejected with an RpcError; calls that wait when the connection is lost are
   * rejected and never sent again, since they may have run.
   */
  call<M extends keyof Methods | (string & {})>(
    method: M,
    ...args: Args<Params<M>, [options?: CallOptions]>
  ): Promise<Result<M>>;

  /** Calls a method and does not ask what became of it. It throws when there is no connection. */
  notify<M extends keyof Methods | (string & {})>(method: M, ...args: Args<Params<M>, []>): void;

  /**
   * Subscribes to a topic, or to a group of clients where the name is no topic's. Opened again after a
   * connection was lost, until it is closed.
   */
  subscribe<T extends keyof Topics | (string & {})>(topic: T, options?: SubscribeOptions<T>): Subscription<T>;

  /**
   * Listens, until the function that it returns is called: `close` when the connection is lost,
   * `login` after each login but the first, `reconnect` when there is a connection again; and to
   * notifications of the game, by their method.
   */
  on(event: 'close', listener: (event: { code: number; reason: string; final: boolean }) => void): () => void;
  on(event: 'login', listener: (login: LoginResult) => void): () => void;
  on(event: 'reconnect', listener: (event: { login: LoginResult; restarted: boolean }) => void): () => void;
  on(event: 'client.message', listener: (message: { from: string; data: unknown }) => void): () => void;
  on(notification: string, listener: (params: unknown) => void): () => void;

  /** Ends the connection, after what was said is sent. Calls that wait are rejected with the reason. */
  close(reason?: string): void;
}

export interface SubscribeOptions<T extends string> {
  params?: T extends keyof Topics ? Topics[T]['params'] : unknown;
  /** What becomes of events while there is no room; by default as the topic has it. */
  policy?: 'latest' | 'all' | 'sample' | 'reliable';
  /** Events a second. */
  rate?: number;
  /** Events that wait, in the game and here; here 4,096 by default. The oldest go, and are counted as lost. */
  buffer?: number;
  /**
   * How many events may be under way. An event is acknowledged when the next is asked for. By default 8
   * with the policies latest and sample, so that nothing old is waited for, and no bound with the others.
   */
  credit?: number;
}

/** What an event says of itself. */
export interface EventHead {
  seq: number;
  frame: number;
  /** ns since the session began. */
  time: number;
  /** Events that were dropped since the one before. */
  lost: number;
  /** The first event since the topic was opened again: `snapshot` is new, events before this one are missing. */
  reopened?: true;
}

export interface TextEvent<V> extends EventHead {
  tick: number;
  value: V;
}

export interface BinaryEvent extends EventHead {
  kind: number;
  flags: number;
  /** The payload; its members are little-endian. */
  binary: DataView;
}

/** An event of a topic, as its lane has it; of a group, a text. */
export type TopicEvent<T extends string> = T extends keyof Topics
  ? Topics[T]['lane'] extends 'binary'
    ? BinaryEvent
    : TextEvent<Topics[T]['event']>
  : TextEvent<unknown>;

export type Snapshot<T extends string> = T extends keyof Topics ? Topics[T]['snapshot'] : OpenResult['snapshot'];

/** The events of a topic, for one consumer. To leave a `for await` closes it. */
export interface Subscription<T extends string> extends AsyncIterableIterator<TopicEvent<T>, undefined> {
  /** Resolves to the first state; is rejected when the game refuses, as the first `next` then is. */
  readonly ready: Promise<Snapshot<T>>;
  /** The first state: undefined until `ready`, new after a reconnect. */
  readonly snapshot: Snapshot<T> | undefined;
  next(): Promise<IteratorResult<TopicEvent<T>, undefined>>;
  return(): Promise<IteratorResult<TopicEvent<T>, undefined>>;
  close(): void;
}
