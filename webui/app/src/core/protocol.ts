// The wire as the dashboard sees it. wire.ts is generated from the Go types; what stands here is what
// the generator cannot know: values narrowed by their type, what of a whole state an event leaves out,
// codes of errors.

import type * as wire from './wire';

/** No params. */
export type None = Record<string, never>;

export type AlternationBlock = wire.AlternationBlock;
export type Alias = wire.Alias;
export type Bind = wire.KeyBind;
export type Clock = wire.Clock;
export type ClockInfo = wire.ClockInfo;
export type CommandInfo = wire.CommandInfo;
export type CommandOutput = wire.CommandOutput;
export type CommandResult = wire.CommandResult;
export type CommandRun = wire.CommandRun;
export type CommandsEvent = wire.CommandsEvent;
export type CommandsState = wire.CommandsState;
export type Completion = wire.Completion;
export type CompletionItem = wire.CompletionItem;
export type Component = wire.Component;
export type Counter = wire.Meter;
export type Entity = wire.Entity;
export type WorldDiff = wire.WorldDiff;
export type WorldSnapshot = wire.WorldSnapshot;
export type Field = wire.Field;
export type FieldType = Field['type'];
export type Direction = wire.WireMessage['direction'];
export type Incident = wire.Incident;
export type InputStatus = wire.InputStatus;
/** What clients may do to entities of a kind beside changing their fields. */
export type Power = NonNullable<wire.Kind['can']> extends readonly (infer P)[] ? P : NonNullable<wire.Kind['can']>;
export type Kind = Omit<wire.Kind, 'can'> & { can?: Power[] };
export type KindField = wire.FieldInfo;
export type WorldMethod = wire.MethodInfo;
export type Hold = wire.Hold;
export type Transaction = wire.Transaction;
export type Limit = wire.Limit;
export type LoginResult = wire.LoginResult;
export type Nearby = wire.Nearby;
export type GoroutineList = wire.Goroutines;
export type HeapProfile = wire.HeapProfile;
export type MemoryDiff = wire.MemoryDiff;
export type MemoryMark = wire.MemoryMark;
export type MemorySample = wire.MemorySample;
export type MethodStats = wire.MethodStats;
export type Policy = NonNullable<SubOpenParams['policy']>;
export type Predicate = wire.Predicate;
export type QueueStats = wire.QueueStats;
export type Scope = wire.Scope;
export type SessionRow = wire.Session;
export type Stats = wire.Stats;
export type StackFrame = wire.StackFrame;
export type SubOpenParams = wire.Methods['sub.open']['params'];
export type SubOpenResult = wire.OpenResult;
export type TimeStatus = wire.TimeStatus;
export type TimingStats = wire.TimingStats;
export type TopicInfo = wire.TopicInfo;
export type TrackInfo = wire.TrackInfo;
export type Transport = wire.Transport;
export type WireMessage = wire.WireMessage;
export type WorldRowChange = wire.Row;

/** What a cvar holds: durations as `16ms`, enums by name, vectors as their numbers; null where it is secret. */
export type Scalar = boolean | number | string | readonly number[] | null;

/** One layer of a cvar above its default. */
export type CvarLayer = Omit<wire.CvarLayer, 'value'> & { value: Scalar };
/** One line of its history. */
export type CvarChange = Omit<wire.CvarChange, 'old' | 'new'> & { old: Scalar; new: Scalar };

interface Narrowed {
  value: Scalar;
  default: Scalar;
  layers?: CvarLayer[];
  /** The value that waits until the game takes it. */
  pending?: Scalar;
}

export type Cvar = Omit<wire.CvarInfo, keyof Narrowed> & Narrowed;
export type CvarState = Omit<wire.CvarState, keyof Narrowed> & Narrowed;
export type CvarChanges = Omit<wire.CvarChanges, 'changed'> & { changed: Cvar[] };

export type Line = Omit<wire.Line, 'attrs'> & { attrs: Record<string, unknown> };
export type Lines = Omit<wire.Lines, 'lines'> & { lines: Line[] };
export type Level = Line['level'];

/** A row that is whole: events leave out what is known already. */
export type WorldRow = Required<wire.Row>;

/** The scopes, the counters and the budget, when a subscription begins. */
export type TimingsOpened = wire.TimingsState;

/** Where scopes run, when a subscription begins. */
export type ScopesOpened = wire.ScopesState;

export interface WorldView {
  total: number;
  all: number;
  offset: number;
  ids: string[];
  rows: WorldRow[];
  entity?: wire.Inspected;
}

export interface WorldEvent {
  total: number;
  all: number;
  /** Only when rows or their order changed. */
  ids?: string[];
  rows: WorldRowChange[];
  entity?: wire.Inspected;
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

interface NarrowedMethods {
  'world.kinds': { params: None; result: Kind[] };
  echo: { params: unknown; result: unknown };
  'cvar.list': { params: { prefix?: string }; result: Cvar[] };
  'cvar.get': { params: { name: string }; result: CvarState };
  'cvar.set': {
    params: Omit<wire.Methods['cvar.set']['params'], 'value' | 'lease'> & { value?: Scalar; lease?: Lease };
    result: CvarState;
  };
  'cvar.reset': { params: wire.Methods['cvar.reset']['params']; result: CvarState };
  'cvar.undo': { params: wire.Methods['cvar.undo']['params']; result: CvarState };
  'cvar.redo': { params: None; result: CvarState };
  'cvar.history': { params: wire.Methods['cvar.history']['params']; result: CvarChange[] };
  'cvar.save': { params: wire.Methods['cvar.save']['params']; result: Saved };
  'cvar.load': { params: wire.Methods['cvar.load']['params']; result: Loaded };
  'log.tail': { params: wire.Methods['log.tail']['params']; result: Lines };
}

/** What was written to a file. */
export type Saved = Omit<wire.CvarSaved, 'written'> & { written: { name: string; value: Scalar }[] };

/** What became of the values of a file, or would become. */
export type Loaded = Omit<wire.CvarLoaded, 'applied'> & { applied: { name: string; value: Scalar }[] };

/** A file of values. */
export type Profile = wire.CvarProfile;

/** How long a set holds: true until its client leaves, or so many seconds. */
export type Lease = true | number;

/** Every request: what goes in, what comes out. */
export type Methods = Omit<wire.Methods, keyof NarrowedMethods> & NarrowedMethods;

interface NarrowedTopics {
  cvars: { params: None; snapshot: Cvar[]; event: CvarChanges };
  log: { params: None; snapshot: Lines; event: Lines };
  /** Its events are binary. */
  timings: { params: None; snapshot: TimingsOpened; event: never };
  /** Its events are binary. */
  scopes: { params: None; snapshot: ScopesOpened; event: never };
  world: { params: wire.Topics['world']['params']; snapshot: WorldView; event: WorldEvent };
}

/** Every topic of the server: how it is asked for, its first state, its events. */
export type Topics = Omit<wire.Topics, keyof NarrowedTopics> & NarrowedTopics;

export type Method = keyof Methods;
export type Topic = keyof Topics;

/** Error codes that the page treats in a way of their own. */
export const codes = {
  cancelled: -32800,
  noMethod: -32601,
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
  /** What of a line is meant, in UTF-16 units. */
  from?: number;
  to?: number;
  limit?: string;
  frame?: number;
}

/** Reasons of a close that the game gives. */
export const closeCodes = { login: 4401, loginSlow: 4408, tooSlow: 4008, ended: 4403 } as const;

/** Header of a binary message: 24 bytes, little-endian. */
export const binaryHeader = 24;
