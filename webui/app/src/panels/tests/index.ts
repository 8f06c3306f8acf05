// Tests of the game, in JavaScript: listed, edited, run, and what they told.

import type { App } from '../../core/app';
import type { KeyBinding, PaletteItem, Panel } from '../../core/panel';
import { TestsPanel } from './panel';
import { countAll } from './runner';
import { suiteOf } from './suite';

const none = { when: () => false, run: () => undefined };

function keys(app: App): KeyBinding[] {
  if (app.capture !== undefined) return [];
  const suite = suiteOf(app);
  const idle = (): boolean => !suite.runner.running.peek();
  return [
    { keys: 'Mod+Enter', label: 'Run what is selected', inText: true, when: idle, run: () => suite.runSelected() },
    { keys: 'a', label: 'Run all tests', when: idle, run: () => suite.runAll() },
    {
      keys: 'e',
      label: 'Run those that failed',
      when: () => idle() && countAll(suite.runner).fail + suite.runner.faults.size > 0,
      run: () => suite.runFailed(),
    },
    { keys: 'x', label: 'Stop the run', when: () => !idle(), run: () => suite.runner.stop() },
    {
      keys: 'r',
      label: 'Run what changes: on and off',
      run: () => {
        suite.watching.value = !suite.watching.peek();
      },
    },
    { keys: 'ArrowDown', label: 'In the list: next; right and left unfold and fold', ...none },
    { keys: 'Mod+s', label: 'In the editor: save', ...none },
    { keys: 'Mod+f', label: 'In the editor: search', ...none },
    { keys: 'Mod+Space', label: 'In the editor: complete', ...none },
  ];
}

function palette(app: App): PaletteItem[] {
  if (app.capture !== undefined) return [];
  const suite = suiteOf(app);
  const run: PaletteItem = {
    id: 'tests-run',
    group: 'Commands',
    title: 'Run all tests',
    words: 'tests javascript suite',
    run: () => {
      app.go('tests');
      suite.runAll();
    },
  };
  return suite.store.tests().length > 0 ? [run] : [];
}

export const panel: Panel = { id: 'tests', title: 'Tests', key: 't', View: TestsPanel, keys, palette };
