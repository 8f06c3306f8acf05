// What every part of the page may reach. One App is made in main.tsx and handed down by context.

import type { Signal } from '@preact/signals';
import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { Axis } from './axis';
import type { CaptureMeta } from './capturefile';
import type { Cursor } from './cursor';
import type { Frame } from './frame';
import type { Incidents } from './incidents';
import type { Keys } from './keys';
import type { Marks } from './marks';
import type { MemoryStore } from './memory';
import type { Palette } from './palette';
import type { Tab } from './panel';
import type { Clock, LoginResult, SessionRow, TimeStatus } from './protocol';
import type { Roster } from './roster';
import type { Rpc } from './rpc';
import type { ScopeStore } from './scopes';
import type { Conn } from './socket';
import type { Status } from './status';
import type { Theme } from './theme';
import type { TimingStore } from './timings';
import type { Traffic } from './traffic';
import type { Url } from './url';

/** Whether what is drawn follows the game. Recording goes on in any case. */
export interface ViewState {
  paused: boolean;
  /** The frame at which the view stands while it is paused. */
  frame?: number;
}

/** What a person may do about a word in passing. */
export interface ToastAction {
  label: string;
  run(): void;
}

export type Tone = 'info' | 'good' | 'warn' | 'bad';

/** The capture that is shown in the place of the game. */
export interface CaptureInfo {
  /** Of the file. */
  name: string;
  meta: CaptureMeta;
  /** Why there is less than there should be; empty when all is there. */
  fault: string;
  /** The file's own bytes, to be saved or compared. */
  data: Blob;
}

/** Opens captures, whichever part of the page asks. */
export interface Captures {
  /** Shows a file in the place of the game; says what is wrong with it where it cannot. */
  open(data: Blob, name: string): Promise<void>;
  /** Lets the person choose a file. */
  choose(): void;
  /** Shows the game again. */
  leave(): void;
  /** False where there is no game to go back to. */
  home: boolean;
  /** What is recorded of the running game, whatever is shown. */
  game(): Shown;
}

/** What is recorded of the game. */
export interface Shown {
  timings: TimingStore;
  /** Filled while a timeline is shown. */
  scopes: ScopeStore;
  memory: MemoryStore;
  traffic: Traffic;
}

export interface App extends Shown {
  rpc: Rpc;
  frame: Frame;
  url: Url;
  keys: Keys;
  /** Sources of what the palette finds, beside those that panels bring. */
  palette: Palette;
  status: Status;
  theme: Theme;
  panels: readonly Tab[];
  captures: Captures;
  /** What the game's black box has kept. */
  incidents: Incidents;
  /** Undefined while the game itself is shown. */
  capture: CaptureInfo | undefined;
  /** The time axis of everything that is recorded, and the marks on it. */
  axis: Axis;
  /** What happened on that axis. */
  marks: Marks;
  /** Where on that axis the page looks. */
  cursor: Cursor;
  /** What is to be drawn: the recording, or its copy from the moment when the view was paused. */
  shown(): Shown;
  conn: Signal<Conn>;
  /** ms, NaN until known */
  roundTrip: Signal<number>;
  view: Signal<ViewState>;
  /** Set at 10 Hz. */
  clock: Signal<Clock>;
  me: Signal<LoginResult | null>;
  /** Null until the game has said, or when its time is not controlled. */
  time: Signal<TimeStatus | null>;
  /** Who is connected: changes when somebody comes, goes or takes another name. */
  clients: Signal<readonly SessionRow[]>;
  /** The same with counts, which move all the time. */
  roster: Roster;
  /** Asks the game by HTTP as this page's user; the path begins below the page's own, without a slash. */
  fetch(path: string, init?: RequestInit): Promise<Response>;
  /** The header by which such a request is this page's user's, for those that `fetch` cannot make. */
  bearer(): string;
  /** Asks for the scopes of the last seconds, which the game keeps whether or not somebody follows them. */
  recallScopes(): void;
  /** Says something in passing. What must not be missed belongs beside the thing itself. */
  toast(text: string, tone?: Tone, action?: ToastAction): void;
  /** Stops or continues following; recording goes on. */
  pauseView(paused: boolean, frame?: number): void;
  /** Shows a frame in Perf, with the cursor pinned to it and the view paused so that it stays. */
  openFrame(frame: number): void;
  /** Opens a panel with its own part of the address. */
  go(panel: string, params?: Record<string, string>): void;
}

const AppContext = createContext<App | null>(null);

export const AppProvider = AppContext.Provider;

/** The page's App. Only below an AppProvider. */
export function useApp(): App {
  const app = useContext(AppContext);
  if (app === null) throw new Error('useApp outside of AppProvider');
  return app;
}
