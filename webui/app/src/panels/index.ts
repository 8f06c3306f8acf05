// The panels, in the order of their tabs. Their code comes in pieces of its own.

import type { LazyPanel } from '../core/panel';

export const panels: readonly LazyPanel[] = [
  { id: 'overview', title: 'Overview', key: 'o', load: async () => (await import('./overview')).panel },
  { id: 'perf', title: 'Perf', key: 'p', feature: 'timings', load: async () => (await import('./perf')).panel },
  { id: 'memory', title: 'Memory', key: 'm', feature: 'memory', load: async () => (await import('./memory')).panel },
  { id: 'cvars', title: 'Cvars', key: 'c', feature: 'cvars', load: async () => (await import('./cvars')).panel },
  { id: 'world', title: 'World', key: 'w', feature: 'world', load: async () => (await import('./world')).panel },
  { id: 'display', title: 'Display', key: 'd', load: async () => (await import('./display')).panel },
  { id: 'assets', title: 'Assets', key: 'a', load: async () => (await import('./assets')).panel },
  { id: 'tests', title: 'Tests', key: 't', feature: 'tests', load: async () => (await import('./tests')).panel },
  { id: 'console', title: 'Console', key: 'l', feature: 'log', load: async () => (await import('./console')).panel },
  {
    id: 'network',
    title: 'Network',
    key: 'n',
    feature: 'network',
    load: async () => (await import('./network')).panel,
  },
];
