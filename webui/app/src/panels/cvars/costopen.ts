// The ways to what a cvar costs.

import type { App } from '../../core/app';
import type { PaletteItem } from '../../core/panel';
import type { Cvar } from '../../core/protocol';

/** Shows what a cvar costs, or how to find out. */
export function openCost(app: App, name: string): void {
  app.go('cvars', { cost: name });
}

/** Reports whether a cvar can be alternated between values. */
export function measurable({ capture }: App, { flags }: Cvar): boolean {
  const barred: readonly string[] = ['read-only', 'latched', 'secret'];
  return capture === undefined && !flags.some((flag) => barred.includes(flag));
}

/** The palette's line for it. */
export function costItem(app: App, { name, help }: Cvar): PaletteItem {
  return {
    id: `${name} cost`,
    group: 'Commands',
    title: `Measure the cost of ${name}…`,
    help,
    words: 'a/b benchmark sweep alternate frame time',
    run: () => openCost(app, name),
  };
}
