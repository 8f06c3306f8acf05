// The things of the game: listed, found, inspected, changed.

import type { App } from '../../core/app';
import { undoKeys } from '../../core/editing';
import type { KeyBinding, Panel } from '../../core/panel';
import { focusSearch } from '../../widgets/search/search';
import { WorldPanel } from './panel';

function keys(app: App): KeyBinding[] {
  return [{ keys: '/', label: 'Write a condition', run: () => void focusSearch() }, ...undoKeys(app)];
}

export const panel: Panel = { id: 'world', title: 'World', key: 'w', feature: 'world', View: WorldPanel, keys };
