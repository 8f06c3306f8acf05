// The wire as the dashboard sees it: every method, topic and shape that it names. Nothing else in
// the source may spell a method's or a topic's name without the compiler knowing it from here.

/** No params. */
export type None = Record<string, never>;

export type Role = 'none' | 'view' | 'edit' | 'drive';

/** Where the game is. Time is ns since the session began. */
export interface Clock {
  frame: number;
  tick: number;
  time: number;
}

export interface LoginParams {
  name?: string;
  code?: string;
  token?: string;
  frames?: boolean;
}

export interface LoginResult {
  id: number;
  name: string;
  role: Role;
  token?: string;
  /** Changes when the game starts anew. */
  session: string;
  protocol: string;
  server: { name: string; version: string };
  features: string[];
  clock: Clock;
  limits: Record<string, number>;
}

export interface SessionRow {
  id: number;
  name: string;
  role: Role;
  /** ns since the session began */
  since: number;
  /** bytes */
  sent: number;
  received: number;
  lost: number;
  backlog: number;
}

/** Two wall-clock-free bounds of what the game counts. */
export interface Stamp {
  frame: number;
  tick: number;
}

export type Scalar = boolean | number | string;

export type CvarType = 'bool' | 'int' | 'float' | 'string' | 'duration' | 'enum';

export interface Cvar {
  name: string;
  type: CvarType;
  value: Scalar;
  default: Scalar;
  /** Of a duration in ns. */
  min?: number;
  max?: number;
  step?: number;
  enum?: string[];
  unit?: string;
  help: string;
  /** 'modified', 'read-only' */
  flags: string[];
  setBy: string;
  version: number;
}

export type CvarState = Cvar & Stamp;

export interface Scope {
  id: number;
  name: string;
  /** -1 for an outermost scope */
  parent: number;
  help: string;
  /** ns, 0 for none */
  budget: number;
}

/** ns */
export interface Stats {
  total: number;
  self?: number;
  min: number;
  mean: number;
  max: number;
  p50: number;
  p95: number;
  p99: number;
}

export interface TimingStats {
  frames: number;
  period: Stats;
  work: Stats;
  scopes: ({ id: number; name: string; calls: number } & Stats)[];
}

export interface TimingsOpened {
  scopes: Scope[];
  /** Budget of a frame, ns. */
  budget: number;
}

/** Bytes, ns and counts of the Go runtime at one time. */
export interface MemorySample {
  time: number;
  frame: number;
  heapInUse: number;
  heapIdle: number;
  heapReleased: number;
  heapGoal: number;
  stacks: number;
  /** other bytes of the runtime */
  runtime: number;
  /** mapped by Go */
  total: number;
  liveObjects: number;
  /** bytes per second */
  allocRate: number;
  /** objects per second */
  allocObjects: number;
  gcCycles: number;
  gcPauseP50: number;
  gcPauseP99: number;
  gcPauseMax: number;
  /** share of the CPU, 0..1 */
  gcCPU: number;
  goroutines: number;
  schedP50: number;
  schedP99: number;
  sinceGC?: number;
}

export type FieldType = CvarType | 'color' | 'json';

export interface Field {
  path: string;
  name: string;
  type: FieldType;
  value: unknown;
  min?: number;
  max?: number;
  step?: number;
  enum?: string[];
  unit?: string;
  help?: string;
  readOnly?: true;
  version: number;
}

export interface KindField {
  path: string;
  name: string;
  type: FieldType;
  unit?: string;
  min?: number;
  max?: number;
  enum?: string[];
  readOnly?: true;
}

export interface Kind {
  kind: string;
  help: string;
  count: number;
  fields: KindField[];
  columns: string[];
}

export interface WorldQuery {
  where?: string;
  kind?: string;
  fields?: string[];
  /** A path, with `-` before it from the greatest down. */
  sort?: string;
  offset?: number;
  limit?: number;
}

export interface WorldRow {
  id: string;
  name: string;
  kind: string;
  fields: Record<string, unknown>;
}

export interface WorldPage {
  /** rows that match */
  total: number;
  /** rows before `where` */
  all: number;
  offset: number;
  rows: WorldRow[];
}

export interface Component {
  name: string;
  fields: Field[];
}

export interface Entity extends Stamp {
  id: string;
  name: string;
  kind: string;
  components: Component[];
}

export interface WorldChange extends Stamp {
  id: string;
  path: string;
  value: unknown;
  before: unknown;
  version: number;
}

export interface WorldView extends WorldPage {
  ids: string[];
  entity?: Entity;
}

export interface WorldRowChange {
  id: string;
  name?: string;
  kind?: string;
  fields: Record<string, unknown>;
}

export interface WorldEvent {
  total: number;
  all: number;
  /** Only when rows or their order changed. */
  ids?: string[];
  rows: WorldRowChange[];
  entity?: { id: string; fields: Record<string, unknown> } | { id: string; gone: true };
}

export interface TimeStatus extends Stamp {
  held: boolean;
  holder?: string;
  speed: number;
  /** False where the game's loop ignores the console's ticks. */
  controlled: boolean;
}

export type Level = 'debug' | 'info' | 'warn' | 'error';

export interface Line {
  seq: number;
  /** ns since the session began */
  time: number;
  frame: number;
  tick: number;
  level: Level;
  msg: string;
  attrs: Record<string, unknown>;
  source: string;
}

export interface Lines {
  lines: Line[];
  lost: number;
}

export interface TopicInfo {
  name: string;
  kind: 'server' | 'group';
  lane: 'text' | 'binary';
  rate: number;
  subscribers: number;
}

export type Policy = 'latest' | 'all' | 'sample';

export interface SubOpenParams {
  id: string;
  topic: string;
  params?: unknown;
  policy?: Policy;
  rate?: number;
  buffer?: number;
  /** Events that may be on the way without an acknowledgement. */
  credit?: number;
}

export interface SubOpenResult {
  id: string;
  seq: number;
  /** The subscription's number in binary messages. */
  binary?: number;
  snapshot?: unknown;
}

export interface SubEvent {
  id: string;
  seq: number;
  frame: number;
  tick: number;
  time: number;
  lost: number;
  value: unknown;
}

/** Every request: what goes in, what comes out. */
export interface Methods {
  'session.login': { params: LoginParams; result: LoginResult };
  'session.list': { params: None; result: SessionRow[] };
  echo: { params: unknown; result: unknown };
  'client.send': { params: { to: string; data: unknown }; result: { delivered: number } };
  'topic.list': { params: None; result: TopicInfo[] };
  'topic.publish': { params: { topic: string; data: unknown }; result: { delivered: number } };
  'sub.open': { params: SubOpenParams; result: SubOpenResult };
  'sub.ack': { params: { id: string; seq: number }; result: null };
  'sub.close': { params: { id: string }; result: null };
  'rpc.discover': { params: None; result: unknown };
  'cvar.list': { params: { prefix?: string }; result: Cvar[] };
  'cvar.get': { params: { name: string }; result: CvarState };
  'cvar.set': { params: { name: string; value: Scalar }; result: CvarState };
  'cvar.reset': { params: { name: string }; result: CvarState };
  'timing.list': { params: None; result: Scope[] };
  'timing.stats': { params: { frames: number }; result: TimingStats };
  'memory.stats': { params: None; result: MemorySample };
  'memory.gc': { params: None; result: MemorySample };
  'world.kinds': { params: None; result: Kind[] };
  'world.list': { params: WorldQuery; result: WorldPage };
  'world.get': { params: { id: string }; result: Entity };
  'world.set': { params: { id: string; path: string; value: unknown; ifVersion?: number }; result: WorldChange };
  'time.status': { params: None; result: TimeStatus };
  'time.hold': { params: None; result: TimeStatus };
  'time.resume': { params: None; result: TimeStatus };
  'time.speed': { params: { factor: number }; result: TimeStatus };
  'time.step': { params: { ticks: number }; result: TimeStatus };
  'log.tail': { params: { after?: number; level?: Level; match?: string; limit?: number }; result: Lines };
}

/** Every topic of the server: how it is asked for, its first state, its events. */
export interface Topics {
  cvars: { params: None; snapshot: Cvar[]; event: Cvar[] };
  timings: { params: None; snapshot: TimingsOpened; event: never };
  memory: { params: None; snapshot: MemorySample[]; event: MemorySample };
  world: { params: WorldQuery & { id?: string }; snapshot: WorldView; event: WorldEvent };
  time: { params: None; snapshot: TimeStatus; event: TimeStatus };
  log: { params: None; snapshot: Lines; event: Lines };
  sessions: { params: None; snapshot: SessionRow[]; event: SessionRow[] };
}

export type Method = keyof Methods;
export type Topic = keyof Topics;

/** Error codes that the page treats in a way of their own. */
export const codes = {
  cancelled: -32800,
  loginRequired: 1001,
  nameTaken: 1002,
  forbidden: 1003,
  notFound: 1004,
  outOfRange: 1005,
  readOnly: 1006,
  conflict: 1007,
  tooMany: 1008,
  timedOut: 1009,
  unavailable: 1010,
  past: 1011,
  busy: 1012,
} as const;

/** What stands in an error beside its code and message. */
export interface ErrorData {
  kind: string;
  path?: string;
  got?: string;
  want?: string;
  suggest?: string;
  limit?: string;
  frame?: number;
}

/** Reasons of a close that the game gives. */
export const closeCodes = { login: 4401, loginSlow: 4408, tooSlow: 4008, gameClosed: 4000 } as const;

/** Header of a binary message: 24 bytes, little-endian. */
export const binaryHeader = 24;

/** Kinds of binary messages. */
export const binaryKinds = { timings: 1, display: 2, blob: 3 } as const;
