import type { Panel } from '../../core/panel';
import { perfKeys } from './keys';
import { Perf } from './perf';

export const panel: Panel = { id: 'perf', title: 'Perf', key: 'p', feature: 'timings', View: Perf, keys: perfKeys };
