// Keys that run a line of the game's, while no text field has the focus. The dashboard's own keys come
// first: binds are of the game, and so of everybody who looks at it.

import { effect } from '@preact/signals';
import type { App } from '../../core/app';
import type { KeyBinding } from '../../core/panel';
import type { Bind } from '../../core/protocol';
import type { Terminal } from './terminal';

/** Takes the keys of binds for as long as the page lives. */
export function takeBinds(app: App, terminal: Terminal): void {
  let undo: (() => void) | undefined;
  effect(() => {
    const binds = terminal.log.binds.value;
    undo?.();
    undo = app.keys.add(
      'Binds of the game',
      binds.map((bind) => binding(app, terminal, bind)),
      true,
    );
  });
}

function binding(app: App, terminal: Terminal, { key: keys, line }: Bind): KeyBinding {
  return {
    keys,
    label: line,
    note: () => {
      const owner = app.keys.owner(keys);
      if (owner === undefined) return '';
      const what = owner.keys === keys ? 'has this key' : 'begins others with this key';
      return `does nothing here, the dashboard ${what}: ${owner.label}`;
    },
    when: () => app.keys.owner(keys) === undefined,
    run: (event) => {
      if (event.repeat || terminal.gate.shut) return;
      void terminal.run(line).then((fault) => {
        if (fault && app.url.panel.peek() !== 'console') app.toast(`${line}: ${fault.message}`, 'bad');
      });
    },
  };
}
