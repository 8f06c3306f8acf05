import type { NodeHostOptions } from './node.d.ts';
import type { Fixtures } from './test.d.ts';

export interface PlaywrightOptions extends NodeHostOptions {
  /** Of all that is random in the game, before each test; by default 1. */
  seed?: number;
  /** Ticks that a test may run. */
  ticks?: number;
  update?: boolean;
}

export type { Fixtures };

/**
 * Fixtures for `test.extend` of the user's own @playwright/test: a game for each worker, brought back to its beginning
 * before each test. Their types are Fixtures: `base.extend<Fixtures>(fixtures({ … }))`.
 */
// biome-ignore lint/suspicious/noExplicitAny: the types of Playwright are not known here
export function fixtures(options?: PlaywrightOptions): any;
