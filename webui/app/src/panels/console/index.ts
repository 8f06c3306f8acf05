// What the game says: every line since the page was opened, within a budget. And what it is told: the
// command line, with what it answered.

import type { App } from '../../core/app';
import type { Panel } from '../../core/panel';
import { summon } from '../../core/summon';
import { focusSearch } from '../../widgets/search/search';
import { listKeys } from '../../widgets/table/keys';
import { takeBinds } from './binds';
import { ConsolePanel } from './panel';
import { followEnd } from './tail';
import { terminalOf } from './terminal';

const none = { when: () => false, run: () => undefined };

const keys = (app: App) => [
  { keys: '/', label: 'Filter the lines', run: () => void focusSearch() },
  { keys: 'End', label: 'Follow the newest line', run: followEnd },
  { keys: 'i', label: 'Type a command', run: () => summon(app) },
  ...listKeys,
  { keys: 'Tab', label: 'In the line: complete; mend what was wrong', ...none },
  { keys: 'ArrowDown', label: 'In the line: choose from the list above it', ...none },
  { keys: 'ArrowUp', label: 'In the line: earlier lines that begin so', ...none },
  { keys: 'Mod+r', label: 'In the line: search earlier lines', ...none },
  { keys: 'Shift+Enter', label: 'In the line: one line more', ...none },
  { keys: 'Mod+l', label: 'In the line: clear the list', ...none },
  { keys: 'Mod+c', label: 'In the line: drop it; empty: end what runs', ...none },
  { keys: 'Mod+u', label: 'In the line: cut to its beginning; Ctrl+K to its end', ...none },
];

export const panel: Panel = {
  id: 'console',
  title: 'Console',
  key: 'l',
  feature: 'log',
  View: ConsolePanel,
  keys,
  palette: (app) => [
    {
      id: 'console-type',
      group: 'Commands',
      title: 'Type a command of the game',
      keys: '`',
      words: 'console cvar line run',
      run: () => summon(app),
    },
  ],
  start: (app: App) => takeBinds(app, terminalOf(app)),
};
