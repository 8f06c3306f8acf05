// Configuration variables of the game: found, changed, taken back.

import type { App } from '../../core/app';
import { cvarPath, editing, undoKeys } from '../../core/editing';
import type { KeyBinding, PaletteItem, Panel } from '../../core/panel';
import { focusSearch } from '../../widgets/search/search';
import { fieldKeys, listKeys } from '../../widgets/table/keys';
import { CvarsPanel } from './panel';
import { isReadOnly } from './rows';
import { cvarsOf } from './store';

function keys(app: App): KeyBinding[] {
  const filter = { keys: '/', label: 'Filter the cvars', run: () => void focusSearch() };
  return [filter, ...undoKeys(app), ...fieldKeys, ...listKeys];
}

function palette(app: App): PaletteItem[] {
  const items: PaletteItem[] = [];
  for (const cvar of cvarsOf(app).all.values()) {
    const show = () => app.go('cvars', { sel: cvar.name, q: '', modified: '' });
    items.push({
      id: cvar.name,
      group: 'Cvars',
      title: cvar.name,
      detail: String(cvar.value),
      help: cvar.help,
      run: show,
    });
    if (cvar.type !== 'bool' || isReadOnly(cvar)) continue;
    items.push({
      id: `${cvar.name} toggle`,
      group: 'Commands',
      title: `Turn ${cvar.name} ${cvar.value === true ? 'off' : 'on'}`,
      help: cvar.help,
      run: () =>
        editing(app).edits.edit(cvarPath(cvar.name)).set(!cvar.value, { before: cvar.value, label: cvar.name }),
    });
  }
  return items;
}

export const panel: Panel = {
  id: 'cvars',
  title: 'Cvars',
  key: 'c',
  feature: 'cvars',
  View: CvarsPanel,
  keys,
  palette,
  start: (app: App) => void cvarsOf(app),
};
