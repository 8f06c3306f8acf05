// The network of the game: who is connected, what goes over the wire, what is lost, which limit was hit.

import type { App } from '../../core/app';
import type { KeyBinding, PaletteItem, Panel } from '../../core/panel';
import { focusSearch } from '../../widgets/search/search';
import { listKeys } from '../../widgets/table/keys';
import { netModel, type ViewName, views } from './model';
import { Network } from './panel';
import { netOf } from './store';
import { wireList } from './wire/list';

const labels: Record<ViewName, string> = {
  clients: 'Show who is connected',
  methods: 'Show what is called, and what it costs',
  queues: 'Show the queues of the topics',
  limits: 'Show the limits, and which were hit',
  wire: 'Watch raw messages on the wire',
};

function keys(app: App): KeyBinding[] {
  const shown = (): boolean => wireList() !== undefined;
  return [
    { keys: '/', label: 'Filter the rows', run: () => void focusSearch() },
    ...views.map((v, i) => ({ keys: String(i + 1), label: labels[v], run: () => netModel(app).show(v) })),
    { keys: 'r', label: 'Wire: pause recording, or record', when: shown, run: () => wireList()?.toggle() },
    { keys: 'End', label: 'Wire: follow the newest message', when: shown, run: () => wireList()?.toEnd() },
    {
      keys: 'Escape',
      label: 'Wire: close the message',
      when: () => wireList()?.picked.peek() !== undefined,
      run: () => wireList()?.unpick(),
    },
    ...listKeys,
  ];
}

function palette(app: App): PaletteItem[] {
  return views.map((v) => ({
    id: `network-${v}`,
    group: 'Commands',
    title: labels[v],
    words: `network ${v}`,
    run: () => app.go('network', { v }),
  }));
}

export const panel: Panel = {
  id: 'network',
  title: 'Network',
  key: 'n',
  feature: 'network',
  View: Network,
  keys,
  palette,
  start: (app: App) => void netOf(app),
};
