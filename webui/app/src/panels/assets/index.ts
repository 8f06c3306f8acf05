// What the game has loaded: found, looked at, replaced.

import type { App } from '../../core/app';
import type { KeyBinding, PaletteItem, Panel } from '../../core/panel';
import { focusSearch } from '../../widgets/search/search';
import { saveAsset } from './actions';
import type { Asset } from './model';
import { AssetsPanel } from './panel';
import { barred, chooseFile } from './replace';
import { assetsOf } from './store';
import { brief } from './tile';

function keys(app: App): KeyBinding[] {
  const selected = app.url.param('sel', '', 'assets');
  const mode = app.url.param('v', '', 'assets');
  const chosen = (): Asset | undefined => (selected.peek() === '' ? undefined : assetsOf(app).named(selected.peek()));
  const on = (run: (asset: Asset) => void) => (): void => {
    const asset = chosen();
    if (asset !== undefined) run(asset);
  };
  const there = (): boolean => chosen() !== undefined;
  return [
    { keys: '/', label: 'Filter the assets', run: () => void focusSearch() },
    {
      keys: 'v',
      label: 'Tiles or a list',
      run: () => {
        mode.value = mode.peek() === 'list' ? '' : 'list';
      },
    },
    {
      keys: 'r',
      label: 'Replace the selected asset by a file',
      when: () => chosen()?.replace === true && barred(app, chosen() as Asset) === '',
      run: on((asset) => chooseFile(app, asset)),
    },
    { keys: 'Mod+s', label: 'Save the selected asset as a file', when: there, run: on((a) => void saveAsset(app, a)) },
    {
      keys: 'Escape',
      label: 'Close the asset',
      when: there,
      run: () => {
        selected.value = '';
      },
    },
    { keys: 'Enter', label: 'In the list: into the viewer', when: () => false, run: () => undefined }, // by the list itself
  ];
}

const mostItems = 3000; // in the palette

function palette(app: App): PaletteItem[] {
  if (app.capture !== undefined) return [];
  const out: PaletteItem[] = [];
  for (const asset of assetsOf(app).all.values()) {
    if (out.length >= mostItems) break;
    out.push({
      id: asset.id,
      group: 'Assets',
      title: asset.name,
      detail: asset.kind,
      help: asset.help ?? brief(asset),
      run: () => app.go('assets', { sel: asset.name, q: '', kind: '' }),
    });
  }
  return out;
}

export const panel: Panel = { id: 'assets', title: 'Assets', key: 'a', View: AssetsPanel, keys, palette };
