import type { App } from '../../core/app';
import type { KeyBinding, PaletteItem, Panel } from '../../core/panel';
import { Memory } from './memory';
import { memoryModel } from './model';

function keys(app: App): KeyBinding[] {
  const model = memoryModel(app);
  return [{ keys: 'm', label: 'Mark the heap of now, to compare with', run: () => void model.mark() }];
}

function palette(app: App): PaletteItem[] {
  if (app.conn.peek().state !== 'live') return [];
  const model = memoryModel(app);
  const item = (id: string, title: string, words: string, run: () => void): PaletteItem => ({
    id,
    group: 'Commands',
    title,
    words,
    run,
  });
  const shown = (view: string, run: () => void) => (): void => {
    app.go('memory', { v: view });
    run();
  };
  return [
    item('memory-mark', 'Mark the heap of now', 'memory leak compare', () => void model.mark()),
    item(
      'memory-goroutines',
      'List the goroutines',
      'stack leak threads',
      shown('goroutines', () => void model.listGoroutines()),
    ),
    ...(model.from.peek()
      ? [
          item(
            'memory-compare',
            'Compare the heap with the mark',
            'leak growth',
            shown('sites', () => void model.compare()),
          ),
        ]
      : []),
  ];
}

export const panel: Panel = { id: 'memory', title: 'Memory', key: 'm', feature: 'memory', View: Memory, keys, palette };
