// The keys of Perf. Those that move in time belong to the timeline; the frame bars have the wheel.

import type { App } from '../../core/app';
import type { KeyBinding } from '../../core/panel';
import type { HeavyNode } from '../../widgets/flame/heavy';
import { heavyViews } from './heavy';
import { perfModel } from './model';
import { copyTable } from './table';
import { timelineModel } from './timelinemodel';

const zoomStep = 1.5;
const panShare = 0.25; // of the window

/** What zooms and pans now: the timeline, or the left heavy view. */
function mover(app: App): { zoom(factor: number): void; pan(share: number): void; fitAll(): void } {
  return heavyViews.get(app) ?? timelineModel(app).flame;
}

function timeKeys(app: App): KeyBinding[] {
  const zoom = (factor: number) => () => mover(app).zoom(factor);
  const pan = (share: number) => () => mover(app).pan(share);
  return [
    { keys: 'w', label: 'Zoom in', run: zoom(1 / zoomStep) },
    { keys: 's', label: 'Zoom out', run: zoom(zoomStep) },
    { keys: '+', label: 'Zoom in', run: zoom(1 / zoomStep) },
    { keys: '-', label: 'Zoom out', run: zoom(zoomStep) },
    { keys: '0', label: 'Show all that is held', run: () => mover(app).fitAll() },
    { keys: 'a', label: 'Move to what is earlier', run: pan(-panShare) },
    { keys: 'd', label: 'Move to what is later', run: pan(panShare) },
  ];
}

// Arrows belong to whatever list or button has the focus; here it must be the timeline itself.
function focused(): boolean {
  return document.activeElement?.classList.contains('flame-scroll') ?? false;
}

// What is selected moves in the view that is shown: calls in order of time, or stacks.
function step(app: App, by: 1 | -1): void {
  const heavy = heavyViews.get(app);
  if (heavy === undefined) timelineModel(app).step(by);
  else takeNode(app, heavy.beside(by > 0 ? 'next' : 'before'));
}

function climb(app: App, by: 1 | -1): void {
  const heavy = heavyViews.get(app);
  if (heavy === undefined) timelineModel(app).climb(by);
  else takeNode(app, heavy.beside(by > 0 ? 'in' : 'out'));
}

function takeNode(app: App, node: HeavyNode | undefined): void {
  if (node !== undefined) timelineModel(app).pickNode(node);
}

function enter(app: App): void {
  if (heavyViews.has(app)) climb(app, 1);
  else timelineModel(app).enter();
}

function centre(app: App): void {
  const model = timelineModel(app);
  const node = model.node.peek();
  const heavy = heavyViews.get(app);
  if (heavy !== undefined && node !== undefined) heavy.fit(node);
  else model.centre();
}

function arrowKeys(app: App): KeyBinding[] {
  return [
    { keys: 'ArrowLeft', label: 'In the timeline: earlier', when: focused, run: () => mover(app).pan(-panShare / 2) },
    { keys: 'ArrowRight', label: 'In the timeline: later', when: focused, run: () => mover(app).pan(panShare / 2) },
    { keys: 'ArrowUp', label: 'In the timeline: the scope around', when: focused, run: () => climb(app, -1) },
    { keys: 'ArrowDown', label: 'In the timeline: the first scope inside', when: focused, run: () => climb(app, 1) },
    { keys: 'Enter', label: 'In the timeline: select what is in the middle', when: focused, run: () => enter(app) },
  ];
}

function selectionKeys(app: App): KeyBinding[] {
  const model = timelineModel(app);
  const any = (): boolean => model.flame.selected.peek() !== undefined || model.node.peek() !== undefined;
  return [
    { keys: ',', label: 'Previous scope along the track', when: any, run: () => step(app, -1) },
    { keys: '.', label: 'Next scope along the track', when: any, run: () => step(app, 1) },
    {
      keys: 'f',
      label: 'Centre the selection; again: fit it',
      when: () => model.canCentre(),
      run: () => centre(app),
    },
    { keys: 'm', label: 'Mark the place, or take its mark away', run: () => model.markHere() },
    {
      keys: 'n',
      label: 'Next scope that the search finds',
      when: () => model.query.peek() !== '',
      run: () => model.nextFound(1),
    },
    {
      keys: 'Shift+n',
      label: 'Previous scope that the search finds',
      when: () => model.query.peek() !== '',
      run: () => model.nextFound(-1),
    },
  ];
}

/** Keys of the panel. */
export function perfKeys(app: App): KeyBinding[] {
  const model = perfModel(app);
  const timeline = timelineModel(app);
  return [
    { keys: '[', label: 'Previous frame', run: () => model.step(-1, false) },
    { keys: ']', label: 'Next frame', run: () => model.step(1, false) },
    { keys: 'Shift+[', label: 'Previous frame over budget', run: () => model.step(-1, true) },
    { keys: 'Shift+]', label: 'Next frame over budget', run: () => model.step(1, true) },
    ...timeKeys(app),
    ...selectionKeys(app),
    ...arrowKeys(app),
    {
      keys: 'Escape',
      label: 'Take the selection away',
      when: () => timeline.any() || model.f.peek() !== '' || model.range.peek() !== '',
      run: () => {
        if (!timeline.clear()) model.clear();
      },
    },
    {
      keys: 'Mod+c',
      label: 'Copy the table as TSV',
      when: () => String(getSelection() ?? '') === '',
      run: () => copyTable(app, model),
    },
  ];
}
