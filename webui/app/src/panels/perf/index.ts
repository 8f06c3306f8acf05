import type { App } from '../../core/app';
import type { KeyBinding, Panel } from '../../core/panel';
import { fitting } from '../../widgets/framebars/framebars';
import { perfModel } from './model';
import { Perf } from './perf';
import { copyTable } from './table';

const panShare = 0.25; // of the window

function keys(app: App): KeyBinding[] {
  const model = perfModel(app);
  const pan = (sign: 1 | -1): void => model.pan(sign * fitting(model.width, model.zoomValue) * panShare);
  return [
    { keys: '[', label: 'Previous frame', run: () => model.step(-1, false) },
    { keys: ']', label: 'Next frame', run: () => model.step(1, false) },
    { keys: 'Shift+[', label: 'Previous frame over budget', run: () => model.step(-1, true) },
    { keys: 'Shift+]', label: 'Next frame over budget', run: () => model.step(1, true) },
    { keys: 'w', label: 'Zoom in', run: () => model.zoomBy(1) },
    { keys: 's', label: 'Zoom out', run: () => model.zoomBy(-1) },
    { keys: '+', label: 'Zoom in', run: () => model.zoomBy(1) },
    { keys: '-', label: 'Zoom out', run: () => model.zoomBy(-1) },
    { keys: '0', label: 'Show all recorded frames', run: () => model.fitAll() },
    { keys: 'a', label: 'Earlier frames', run: () => pan(1) },
    { keys: 'd', label: 'Later frames', run: () => pan(-1) },
    {
      keys: 'f',
      label: 'Centre the selected frame',
      when: () => model.picked() >= 0,
      run: () => {
        model.back.value = 0;
        const n = fitting(model.width, model.zoomValue);
        model.pan(Math.max(0, model.timings.count - (model.picked() + n / 2)));
      },
    },
    {
      keys: 'Escape',
      label: 'Take the selection away',
      when: () => model.f.peek() !== '' || model.range.peek() !== '',
      run: () => model.clear(),
    },
    {
      keys: 'Mod+c',
      label: 'Copy the table as TSV',
      when: () => String(getSelection() ?? '') === '',
      run: () => copyTable(app, model),
    },
  ];
}

export const panel: Panel = { id: 'perf', title: 'Perf', key: 'p', feature: 'timings', View: Perf, keys };
