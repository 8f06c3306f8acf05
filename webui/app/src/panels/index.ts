// The panels, in the order of their tabs.

import type { Panel } from '../core/panel';
import { panel as overview } from './overview';

export const panels: readonly Panel[] = [overview];
