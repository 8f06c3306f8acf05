// Configuration variables of the game: found, changed, taken back.

import type { App } from '../../core/app';
import { undoKeys } from '../../core/editing';
import type { KeyBinding, PaletteItem, Panel } from '../../core/panel';
import type { Cvar } from '../../core/protocol';
import { focusSearch } from '../../widgets/search/search';
import { fieldKeys, listKeys } from '../../widgets/table/keys';
import { reset, resetOf, setValue } from './actions';
import { costItem, measurable } from './costopen';
import { CvarsPlace } from './costplace';
import { isReadOnly, isShut, word } from './marks';
import { pinsOf } from './pins';
import { specOf } from './spec';
import { cvarsOf } from './store';

function keys(app: App): KeyBinding[] {
  const filter = { keys: '/', label: 'Filter the cvars', run: () => void focusSearch() };
  const selected = app.url.param('sel', '', 'cvars');
  const chosen = () => (app.capture ? undefined : cvarsOf(app).all.get(selected.peek()));
  const pin: KeyBinding = {
    keys: 'p',
    label: 'Pin the selected cvar to the Overview, or take it off',
    when: () => chosen() !== undefined,
    run: () => pinsOf(app).toggle(selected.peek()),
  };
  const back: KeyBinding = {
    keys: 'Delete',
    label: 'Reset the selected cvar to what lies below',
    when: () => chosen() !== undefined,
    run: () => {
      const cvar = chosen();
      const way = cvar && resetOf(cvar, cvarsOf(app).cheats);
      if (way !== undefined) void reset(app, cvar as Cvar, way.all);
    },
  };
  return [filter, pin, back, ...undoKeys(app), ...fieldKeys, ...listKeys];
}

function palette(app: App): PaletteItem[] {
  const items: PaletteItem[] = [];
  const store = cvarsOf(app);
  for (const cvar of store.all.values()) {
    const show = () => app.go('cvars', { sel: cvar.name, q: '', modified: '', mine: '' });
    items.push({
      id: cvar.name,
      group: 'Cvars',
      title: cvar.name,
      detail: word(specOf(cvar), cvar.value),
      help: cvar.help,
      run: show,
    });
    if (measurable(app, cvar)) items.push(costItem(app, cvar));
    if (cvar.type !== 'bool' || isReadOnly(cvar) || isShut(cvar, store.cheats)) continue;
    items.push({
      id: `${cvar.name} toggle`,
      group: 'Commands',
      title: `Turn ${cvar.name} ${cvar.value === true ? 'off' : 'on'}`,
      help: cvar.help,
      run: () => setValue(app, cvar, !cvar.value),
    });
  }
  return items;
}

export const panel: Panel = {
  id: 'cvars',
  title: 'Cvars',
  key: 'c',
  feature: 'cvars',
  View: CvarsPlace,
  keys,
  palette,
  start: (app: App) => void cvarsOf(app),
};
