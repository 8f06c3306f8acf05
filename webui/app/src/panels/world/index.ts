// The things of the game: listed, found, inspected, changed.

import type { App } from '../../core/app';
import { undoKeys } from '../../core/editing';
import type { KeyBinding, PaletteItem, Panel } from '../../core/panel';
import type { Power } from '../../core/protocol';
import { count } from '../../core/units';
import { focusSearch } from '../../widgets/search/search';
import { fieldKeys, listKeys } from '../../widgets/table/keys';
import { duplicate, remove } from './actions';
import { nameText } from './columns';
import { listOf, WorldPanel } from './panel';
import { worldOf } from './source';

const mostEntities = 200; // in the palette: rows that were in view lately

function keys(app: App): KeyBinding[] {
  const list = () => listOf(app);
  const may = (what: Power) => list()?.can(what) ?? false;
  const ids = () => list()?.picked.peek() ?? [];
  const own: KeyBinding[] = [
    { keys: '/', label: 'Write a condition', run: () => void focusSearch() },
    { keys: 't', label: 'Table or tree', run: () => list()?.toggleTree() },
    { keys: 'Mod+a', label: 'Select all that fit', run: () => void list()?.selectAll() },
    {
      keys: 'Mod+d',
      label: 'Duplicate what is selected',
      when: () => may('duplicate'),
      run: () => void duplicate(app, ids()).then((made) => made && list()?.choose(made)),
    },
    {
      keys: 'Delete',
      label: 'Delete what is selected',
      when: () => may('delete'),
      run: () => void remove(app, ids()),
    },
    {
      keys: 'Backspace',
      label: 'Back to where a reference led from',
      when: () => (list()?.trail.peek().length ?? 0) > 0,
      run: () => list()?.back(),
    },
  ];
  return [...own, ...undoKeys(app), ...fieldKeys, ...listKeys];
}

function palette(app: App): PaletteItem[] {
  const world = worldOf(app);
  const items: PaletteItem[] = world.kinds.peek().map((k) => ({
    id: `kind ${k.kind}`,
    group: 'Entities',
    title: `All of ${k.kind}`,
    detail: count(k.count),
    help: k.help,
    run: () => app.go('world', { kind: k.kind, q: '' }),
  }));
  for (const row of world.rows.known(mostEntities)) {
    items.push({
      id: row.id,
      group: 'Entities',
      title: nameText(row.kind, row.name),
      detail: row.kind,
      run: () => app.go('world', { sel: row.id }),
    });
  }
  return items;
}

export const panel: Panel = {
  id: 'world',
  title: 'World',
  key: 'w',
  feature: 'world',
  View: WorldPanel,
  keys,
  palette,
};
