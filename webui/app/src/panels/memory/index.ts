import type { App } from '../../core/app';
import type { KeyBinding, Panel } from '../../core/panel';
import { Memory } from './memory';
import { memoryModel } from './model';

function keys(app: App): KeyBinding[] {
  return [{ keys: 'm', label: 'Mark the memory of now, to compare with', run: () => memoryModel(app).setMark() }];
}

export const panel: Panel = { id: 'memory', title: 'Memory', key: 'm', feature: 'memory', View: Memory, keys };
