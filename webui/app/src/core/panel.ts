// What a panel is to the page. `panels/NAME/index.ts` exports one as `panel`.

import type { ComponentType } from 'preact';
import type { App } from './app';

/** A key or a short sequence and what it does. */
export interface KeyBinding {
  /**
   * Parts are joined by `+`, steps of a sequence by a space: `?`, `Space`, `Shift+Space`, `Mod+k`,
   * `g c`, `Shift+[`. `Mod` is Ctrl, or Cmd on a Mac. Letters go by what they print (`k`), other
   * positions by code (`Space`, `BracketLeft`).
   */
  keys: string;
  /** What the sheet says: a verb first. */
  label: string;
  /** What else the sheet says: why the key does nothing. */
  note?(): string;
  /** False: the key is not taken now, others may have it. */
  when?(): boolean;
  /** May be pressed while a text field has the focus. For keys with Ctrl or Cmd, and Escape. */
  inText?: boolean;
  run(event: KeyboardEvent): void;
}

/** A line of the palette. */
export interface PaletteItem {
  /** Unique within its group. */
  id: string;
  group: 'Panels' | 'Cvars' | 'Entities' | 'Assets' | 'Commands' | 'Frames';
  title: string;
  /** Muted, at the right: a cvar's value, an entity's kind. */
  detail?: string;
  /** Shown muted behind the title, and searched. */
  help?: string;
  /** More words by which it may be found; not shown. */
  words?: string;
  /** Shown as a key cap. */
  keys?: string;
  run(): void;
}

/** What the page knows of a panel before its code is there. */
export interface Tab {
  /** In the address: `#/cvars`. */
  id: string;
  title: string;
  /** The letter after `g`. */
  key: string;
  /** Shown only when the game names it among its features. */
  feature?: string;
}

/** A tab and where its panel's code is. */
export interface LazyPanel extends Tab {
  load(): Promise<Panel>;
}

export interface Panel extends Tab {
  View: ComponentType;
  /** Runs once, when the game has the feature: the panel's store begins to follow the game. */
  start?(app: App): void;
  /** Taken while the panel is shown. */
  keys?: readonly KeyBinding[] | ((app: App) => readonly KeyBinding[]);
  /** Found whichever panel is shown. */
  palette?(app: App): readonly PaletteItem[];
}
