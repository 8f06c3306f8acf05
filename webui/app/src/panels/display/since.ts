// How long ago a frame was, for words such as `8 s`.

import type { App } from '../../core/app';
import { ago } from '../../core/units';

const usual = 60; // frames a second, where the frame is not recorded

/** How long ago a frame of the game was, in words. */
export function sinceFrame(app: App, frame: number): string {
  const { timings, clock } = app;
  const at = timings.find(frame);
  const seconds = at >= 0 ? timings.x.last - timings.x.at(at) : (clock.peek().frame - frame) / usual;
  const s = Math.max(0, Math.round(seconds));
  const rest = s % 60;
  return s < 60 || s >= 3600 || rest === 0 ? ago(s * 1000) : `${ago(s * 1000)} ${ago(rest * 1000)}`;
}
