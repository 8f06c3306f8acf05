// A frame as a link: it leads to Perf, with the cursor pinned there and the view paused so that it stays.

import { type App, useApp } from '../../core/app';
import { frameName } from '../../core/units';

/** The link; `text` in place of the frame's name. */
export function FrameLink({ frame, text }: { frame: number; text?: string }) {
  const app = useApp();
  return (
    <a
      href={app.url.href('perf', { f: String(frame) })}
      title={`Frame ${frameName(frame)} in Perf`}
      onClick={(event) => follow(app, event, frame)}
    >
      {text ?? frameName(frame)}
    </a>
  );
}

/** Opens a frame on a plain press; with Ctrl or Shift the browser opens its link in a tab or window of its own. */
export function follow(app: App, event: MouseEvent, frame: number): void {
  if (event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  event.stopPropagation();
  app.openFrame(frame);
}
