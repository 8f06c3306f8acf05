import type { Panel } from '../../core/panel';
import { perfKeys } from './keys';
import { compareView, Perf } from './perf';

export const panel: Panel = {
  id: 'perf',
  title: 'Perf',
  key: 'p',
  feature: 'timings',
  View: Perf,
  keys: perfKeys,
  start: () => void compareView().catch(() => undefined), // frames are compared when the game is gone, too
};
