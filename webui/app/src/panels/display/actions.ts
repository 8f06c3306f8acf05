// What leaves the page: a picture, a recording.

import { downloadBlob } from '../../core/clipboard';
import { bytes, many, text } from '../../core/units';
import type { Display } from './model';
import type { Recorder } from './recorder';

/** Saves a picture of the moment, exact and in full size whatever the stream is like. */
export async function saveScreenshot(display: Display): Promise<void> {
  const { app } = display;
  try {
    const blob = display.player === undefined ? await shoot(display) : await copyOf(display.canvas);
    const name = `${fileName(display)}-${display.frame}.png`;
    downloadBlob(name, blob);
    const copy = copier(blob, (words) => app.toast(words));
    app.toast(`Saved ${name}, ${text(bytes(blob.size))}`, 'good', copy);
  } catch (fault) {
    app.toast(fault instanceof Error ? fault.message : String(fault), 'bad');
  }
}

async function shoot({ app }: Display): Promise<Blob> {
  const shot = await app.rpc.call('display.screenshot', { format: 'png' });
  const raw = atob(shot.data);
  const data = Uint8Array.from(raw, (c) => c.charCodeAt(0));
  return new Blob([data], { type: shot.mediaType });
}

function copyOf(canvas: HTMLCanvasElement): Promise<Blob> {
  return new Promise((done, fail) => {
    canvas.toBlob((blob) => (blob === null ? fail(new Error('There is no picture')) : done(blob)), 'image/png');
  });
}

// Over plain http from another machine the browser lets no page copy pictures.
function copier(blob: Blob, say: (words: string) => void) {
  if (navigator.clipboard?.write === undefined || typeof ClipboardItem === 'undefined') return undefined;
  return {
    label: 'Copy',
    run: () => {
      navigator.clipboard.write([new ClipboardItem({ 'image/png': blob })]).then(
        () => say('The picture is on the clipboard'),
        (fault: Error) => say(fault.message),
      );
    },
  };
}

/** Makes a file of a recording and offers it. */
export async function saveRecording(display: Display, recorder: Recorder): Promise<void> {
  const { app } = display;
  const me = app.me.peek();
  const file = await recorder.file({
    name: me?.server.name ?? '',
    gameVersion: me?.server.version ?? '',
    session: me?.session ?? '',
    machine: { os: '', arch: '', cpus: 0, go: '' },
    reason: null,
    made: new Date().toISOString(),
  });
  if (file === undefined) {
    app.toast('Nothing was recorded: no picture came', 'warn');
    return;
  }
  const name = `${fileName(display)}-${display.frame}.scry`;
  downloadBlob(name, file);
  app.toast(`Saved ${name}: ${many(recorder.count, 'picture')}, ${text(bytes(file.size))}`, 'good', {
    label: 'Open',
    run: () => void app.captures.open(file, name),
  });
}

function fileName({ app }: Display): string {
  return (app.me.peek()?.server.name ?? '').replace(/[^\w.-]+/g, '-') || 'display';
}
