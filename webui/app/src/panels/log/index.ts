// What the game says: every line since the page was opened, within a budget.

import type { App } from '../../core/app';
import type { Panel } from '../../core/panel';
import { focusSearch } from '../../widgets/search/search';
import { listKeys } from '../../widgets/table/keys';
import { LogPanel } from './panel';
import { logOf } from './store';
import { followEnd } from './tail';

export const panel: Panel = {
  id: 'log',
  title: 'Log',
  key: 'l',
  feature: 'log',
  View: LogPanel,
  keys: [
    { keys: '/', label: 'Filter the lines', run: () => void focusSearch() },
    { keys: 'End', label: 'Follow the newest line', run: followEnd },
    ...listKeys,
  ],
  start: (app: App) => void logOf(app),
};
