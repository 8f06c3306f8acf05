import type { Panel } from '../../core/panel';
import { Overview } from './overview';

export const panel: Panel = { id: 'overview', title: 'Overview', key: 'o', View: Overview };
