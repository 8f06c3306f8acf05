// The game's own screen: seen, driven, picked from, recorded.

import './display.css';
import type { App } from '../../core/app';
import { undoKeys } from '../../core/editing';
import type { KeyBinding, PaletteItem, Panel } from '../../core/panel';
import { saveScreenshot } from './actions';
import { type Display, displayOf } from './model';
import { DisplayPanel } from './panel';

function keys(app: App): KeyBinding[] {
  const display = displayOf(app);
  const live = (): boolean => display.player === undefined && display.shown.peek() !== undefined;
  const there = (): boolean => display.shown.peek() !== undefined;
  const flip = (what: 'frozen' | 'picking' | 'loupe' | 'hud'): void => {
    display[what].value = !display[what].peek();
  };
  return [
    { keys: 'c', label: 'Take control, or give it up', when: live, run: () => control(display) },
    { keys: 'v', label: 'View only', when: live, run: () => display.lookOnly(!display.viewOnly.peek()) },
    { keys: 's', label: 'Save a screenshot', when: there, run: () => void saveScreenshot(display) },
    { keys: 'r', label: 'Record, or end the recording', when: live, run: () => record(display) },
    { keys: 'f', label: 'Freeze the picture, or go on', when: live, run: () => flip('frozen') },
    {
      keys: 'p',
      label: 'Pick entities with the pointer while you have control',
      when: live,
      run: () => flip('picking'),
    },
    { keys: 'l', label: 'Loupe', when: there, run: () => flip('loupe') },
    { keys: 'h', label: 'Numbers over the picture', when: there, run: () => flip('hud') },
    ...(['fit', '1', '2', '3'] as const).map((zoom) => ({
      keys: zoom === 'fit' ? '0' : zoom,
      label: zoom === 'fit' ? 'Fit the picture in' : `${zoom} pixels of the screen for one of the picture`,
      run: () => {
        display.zoom.value = zoom;
      },
    })),
    ...undoKeys(app),
    ...(display.player === undefined ? [] : playerKeys(display)),
    { keys: 'Escape Escape', label: 'In the picture: give control up', when: () => false, run: () => undefined },
  ];
}

function playerKeys(display: Display): KeyBinding[] {
  const at = (): number => display.place.peek().at;
  return [
    { keys: 'Space', label: 'Play, or stop', run: () => display.play(!display.playing.peek()) },
    { keys: ',', label: 'Previous picture', run: () => display.goTo(at() - 1) },
    { keys: '.', label: 'Next picture', run: () => display.goTo(at() + 1) },
    { keys: 'Home', label: 'First picture', run: () => display.goTo(0) },
    { keys: 'End', label: 'Last picture', run: () => display.goTo(display.place.peek().of - 1) },
  ];
}

function control(display: Display): void {
  if (display.lease.mine.peek()) display.release();
  else void display.take();
}

function record(display: Display): void {
  if (display.recording.peek() === undefined) display.record();
  else display.stopRecording();
}

function palette(app: App): PaletteItem[] {
  if (app.capture !== undefined) return [];
  const display = displayOf(app);
  const item = (id: string, title: string, run: () => void, words: string): PaletteItem => ({
    id: `display ${id}`,
    group: 'Commands',
    title,
    words,
    run: () => {
      app.go('display');
      run();
    },
  });
  return [
    item('control', 'Take control of the game', () => void display.take(), 'drive play input keyboard'),
    item('shot', 'Save a screenshot', () => void saveScreenshot(display), 'picture png display'),
  ];
}

export const panel: Panel = { id: 'display', title: 'Display', key: 'd', View: DisplayPanel, keys, palette };
