// Who uses an asset, as a place of the page.

import type { App } from '../../core/app';
import { cvarsOf } from '../cvars/store';
import { assetsOf } from './store';

/** Where a user can be looked at. */
export interface Use {
  panel: string;
  params: Record<string, string>;
  title: string;
}

/** A user that is called like an asset or a cvar is one; any other is looked for in the world. */
export function usedBy(app: App, name: string): Use {
  if (assetsOf(app).named(name) !== undefined)
    return { panel: 'assets', params: { sel: name }, title: `The asset ${name}` };
  const features = app.me.peek()?.features ?? [];
  if (features.includes('cvars') && cvarsOf(app).all.has(name))
    return { panel: 'cvars', params: { sel: name, q: '' }, title: `${name} in Cvars` };
  return {
    panel: 'world',
    params: { q: quoted(name), kind: '' },
    title: `Look for ${name} in the world`,
  };
}

function quoted(name: string): string {
  return /^[\w.-]+$/.test(name) ? name : JSON.stringify(name);
}
