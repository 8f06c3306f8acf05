// Why there is no picture, and what to do about it.

import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { codes } from '../../core/protocol';
import type { Display } from './model';

const again = 1000; // ms between two questions whether there is a display by now

export function Empty({ display }: { display: Display }) {
  const { app } = display;
  const fault = display.fault.value;
  const live = app.conn.value.state === 'live';
  const words = useSignal<{ available: boolean; refused: string } | undefined>(undefined);
  useEffect(() => {
    if (!live) return;
    const ask = (): void => {
      app.rpc.call('display.info', {}).then(
        ({ available, refused = '' }) => {
          if (words.peek()?.available !== available || words.peek()?.refused !== refused)
            words.value = { available, refused };
        },
        () => undefined, // the topic says why
      );
    };
    ask();
    const id = setInterval(ask, again);
    return () => clearInterval(id);
  }, [app, live]);
  if (display.player !== undefined)
    return (
      <p class="empty">
        <b>This capture holds no pictures.</b>
        Pictures are in what this panel records of a running game: ● in its head, or the key r.
      </p>
    );
  if (
    fault !== undefined &&
    fault.code !== codes.notFound &&
    fault.code !== codes.unavailable &&
    fault.data.kind !== 'invalid_params'
  )
    return (
      <p class="empty">
        <b>The game sends no pictures.</b> {fault.message}
      </p>
    );
  if (fault !== undefined || words.value?.available === false) return <Unbound />;
  if (words.value?.refused)
    return (
      <p class="empty">
        <b>The game's picture was not taken.</b> {words.value.refused}
      </p>
    );
  if (display.frozen.value || app.view.value.paused)
    return <p class="empty">The view stands still: no picture came before it did.</p>;
  return (
    <p class="empty">
      <b>The game has drawn no picture yet.</b>
      It is shown as soon as there is one.
    </p>
  );
}

/** What a game must say so that there is something to see. */
function Unbound() {
  return (
    <div class="empty">
      <p>
        <b>The game shows no picture.</b>A game that runs by ebitenhost shows its screen without a line. Any other hands
        over what it drew, whenever a picture is due:
      </p>
      <pre class="asset-code">{'if con.Display.Due() {\n\tcon.Display.Show(img) // *image.RGBA, is copied\n}'}</pre>
    </div>
  );
}
