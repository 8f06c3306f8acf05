// Goes through the pictures of a capture.

import { useComputed } from '@preact/signals';
import { count, fixed, frameName } from '../../core/units';
import type { Display } from './model';

export function PlayBar({ display }: { display: Display }) {
  const { at, of } = display.place.value;
  const { player } = display;
  const time = useComputed(() => {
    const { at: now } = display.place.value;
    return ((player?.of(now)?.meta.time ?? 0) - (player?.of(0)?.meta.time ?? 0)) / 1e9;
  });
  if (of === 0) return null;
  const playing = display.playing.value;
  const frame = player?.of(at)?.meta.frame ?? 0;
  return (
    <div class="display-play" role="toolbar" aria-label="Pictures of the capture">
      <button
        type="button"
        class="btn soft icon"
        aria-label="Previous picture (,)"
        title="Previous picture (,)"
        disabled={at <= 0}
        onClick={() => display.goTo(at - 1)}
      >
        ◂
      </button>
      <button type="button" class="btn soft play" title="Space" onClick={() => display.play(!playing)}>
        {playing ? 'Stop' : 'Play'}
      </button>
      <button
        type="button"
        class="btn soft icon"
        aria-label="Next picture (.)"
        title="Next picture (.)"
        disabled={at >= of - 1}
        onClick={() => display.goTo(at + 1)}
      >
        ▸
      </button>
      <input
        type="range"
        aria-label="Picture"
        aria-valuetext={`frame ${frame}`}
        min={0}
        max={of - 1}
        step={1}
        value={at}
        onInput={(event) => {
          display.play(false);
          display.goTo(Number(event.currentTarget.value));
        }}
      />
      <span class="num">
        <span class="accent">{frameName(frame)}</span> <span class="muted">{fixed(time.value, 2)} s</span>
      </span>
      <span class="num muted">
        {count(at + 1)} of {count(of)}
      </span>
      <select
        class="input"
        aria-label="Size on the screen"
        value={display.zoom.value}
        onChange={(event) => {
          display.zoom.value = event.currentTarget.value;
        }}
      >
        <option value="fit">fit</option>
        <option value="1">1:1</option>
        <option value="2">2×</option>
        <option value="3">3×</option>
      </select>
    </div>
  );
}
