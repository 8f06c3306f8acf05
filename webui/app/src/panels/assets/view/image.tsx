// An image: zoom to the pointer, pan, one channel alone, the pixel under the pointer, mip levels, the
// frames of a sheet, and a wipe over the version before.

import './image.css';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { pictureOf } from '../transfer';
import type { ViewProps } from '../views';
import { scaleText } from './lens';
import { Picture } from './picture';
import { type Channel, colourText, decode, type Pixels } from './pixels';

const channels: readonly { id: Channel; title: string; label: string }[] = [
  { id: 'rgba', title: 'RGBA', label: 'All channels' },
  { id: 'rgb', title: 'RGB', label: 'Colours without alpha' },
  { id: 'r', title: 'R', label: 'Red alone' },
  { id: 'g', title: 'G', label: 'Green alone' },
  { id: 'b', title: 'B', label: 'Blue alone' },
  { id: 'a', title: 'A', label: 'Alpha alone' },
];

export function ImageView(props: ViewProps) {
  const { app, asset, file, before, onFault } = props;
  const host = useRef<HTMLDivElement>(null);
  const picture = useMemo(() => new Picture(app), [app]);
  const [level, setLevel] = useState(0);
  const [pixels, setPixels] = useState<Pixels>();
  useEffect(() => (host.current ? picture.mount(host.current) : undefined), [picture]);
  useEffect(() => {
    let left = false;
    const coming =
      level === 0
        ? decode(file)
        : pictureOf(app, asset, `/level/${level}`).then(async (blob) =>
            decode({ data: new Uint8Array(await blob.arrayBuffer()), mediaType: blob.type }),
          );
    coming.then(
      (p) => {
        if (left) return;
        picture.show(p, asset.frames && level === 0 ? asset.frames : undefined);
        setPixels(p);
      },
      (fault: Error) => !left && onFault(fault.message),
    );
    return () => {
      left = true;
    };
  }, [picture, file, level]);
  useEffect(() => {
    let left = false;
    picture.compare(undefined);
    if (before === undefined || level > 0) return;
    decode(before).then(
      (p) => !left && picture.compare(p),
      () => undefined, // nothing to compare with
    );
    return () => {
      left = true;
    };
  }, [picture, before, level]);
  return (
    <div class="view-column">
      <div class="view-bar" role="toolbar" aria-label="Image">
        <Channels picture={picture} />
        <Zoom picture={picture} />
        <button
          type="button"
          class="chip"
          aria-pressed={picture.smooth.value}
          title="Between pixels: linear filter, or the nearest"
          onClick={() => picture.setSmooth(!picture.smooth.peek())}
        >
          {picture.smooth.value ? 'linear' : 'nearest'}
        </button>
        {(asset.levels ?? 1) > 1 && (
          <select
            class="input"
            aria-label="Mip level"
            value={level}
            onChange={(e) => setLevel(Number(e.currentTarget.value))}
          >
            {Array.from({ length: Math.min(32, asset.levels ?? 1) }, (_, i) => (
              <option key={i} value={i}>
                level {i}
              </option>
            ))}
          </select>
        )}
        {picture.older.value && (
          <button
            type="button"
            class="chip"
            aria-pressed={picture.wiping.value}
            title="The version before at the left of a line, this one at its right"
            onClick={() => picture.setWiping(!picture.wiping.peek())}
          >
            compare
          </button>
        )}
        {picture.sheet.value && (
          <button
            type="button"
            class="chip"
            aria-pressed={picture.single.value}
            title="One frame of the sheet, or the whole sheet"
            onClick={() => picture.setSingle(!picture.single.peek())}
          >
            frames
          </button>
        )}
      </div>
      <div
        ref={host}
        class="view-canvas image-canvas"
        role="application"
        aria-roledescription="picture"
        aria-label={`${asset.name}${pixels ? `, ${pixels.width} by ${pixels.height} pixels` : ''}. Arrow keys move it, plus and minus zoom.`}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it is moved with the arrow keys
        tabIndex={0}
      >
        {picture.wiping.value && (
          <input
            type="range"
            class="wipe"
            aria-label="Where the wipe stands"
            min={0}
            max={1}
            step={0.005}
            value={picture.wipe.value}
            onInput={(e) => picture.setWipe(Number(e.currentTarget.value))}
          />
        )}
      </div>
      {picture.sheet.value && <Player picture={picture} />}
      <Foot picture={picture} pixels={pixels} />
    </div>
  );
}

function Channels({ picture }: { picture: Picture }) {
  return (
    <fieldset class="segments" aria-label="Channels">
      {channels.map(({ id, title, label }) => (
        <button
          key={id}
          type="button"
          aria-pressed={picture.channel.value === id}
          title={label}
          onClick={() => picture.setChannel(id)}
        >
          {title}
        </button>
      ))}
    </fieldset>
  );
}

function Zoom({ picture }: { picture: Picture }) {
  return (
    <fieldset class="segments" aria-label="Zoom">
      <button type="button" aria-label="Zoom out" title="Zoom out (−)" onClick={() => picture.zoomBy(false)}>
        −
      </button>
      <button type="button" class="scale" title="Whole picture (0)" onClick={() => picture.fit()}>
        {scaleText(picture.scale.value)}
      </button>
      <button type="button" aria-label="Zoom in" title="Zoom in (+)" onClick={() => picture.zoomBy(true)}>
        +
      </button>
      <button
        type="button"
        title="One pixel of the picture for each of the screen (1)"
        onClick={() => picture.oneToOne()}
      >
        1:1
      </button>
    </fieldset>
  );
}

function Player({ picture }: { picture: Picture }) {
  const sheet = picture.sheet.value;
  if (sheet === undefined) return null;
  const playing = picture.playing.value;
  return (
    <div class="view-bar" role="toolbar" aria-label="Frames of the sheet">
      <button
        type="button"
        class="btn soft icon"
        aria-label="One frame back"
        title="One frame back (,)"
        onClick={() => picture.stepFrame(-1)}
      >
        ◂
      </button>
      <button
        type="button"
        class="btn soft"
        aria-pressed={playing}
        title="Space"
        onClick={() => picture.play(!playing)}
      >
        {playing ? 'Pause' : 'Play'}
      </button>
      <button
        type="button"
        class="btn soft icon"
        aria-label="One frame on"
        title="One frame on (.)"
        onClick={() => picture.stepFrame(1)}
      >
        ▸
      </button>
      <input
        type="range"
        aria-label="Frame"
        min={0}
        max={sheet.count - 1}
        step={1}
        value={picture.frame.value}
        onInput={(e) => picture.goTo(Number(e.currentTarget.value))}
      />
      <span class="num frame-count">
        {picture.frame.value + 1} <span class="muted">of {sheet.count}</span>
      </span>
      <label class="muted">
        fps{' '}
        <input
          class="input fps"
          type="number"
          min={1}
          max={120}
          value={picture.fps.value}
          onInput={(e) => picture.setFps(Number(e.currentTarget.value))}
        />
      </label>
    </div>
  );
}

function Foot({ picture, pixels }: { picture: Picture; pixels: Pixels | undefined }) {
  const under = picture.under.value;
  return (
    <p class="view-foot">
      {under === undefined ? (
        <span class="muted">{pixels && !pixels.exact ? 'Colours were multiplied by alpha' : 'Point at a pixel'}</span>
      ) : (
        <>
          <span class="muted">x</span> {under.x} <span class="muted">y</span> {under.y}
          <span class="pixel-swatch" ref={(el) => paintSwatch(el, under.rgba)} />
          <span class="mono">{colourText(under.rgba)}</span>
          <span class="muted">rgba</span> {Array.from(under.rgba).join(' ')}
        </>
      )}
      <span class="space" />
      {picture.wiping.value && <span class="muted">left: the version before</span>}
    </p>
  );
}

// Set through the object model: the page's policy refuses a style in the markup.
function paintSwatch(el: HTMLElement | null, rgba: ArrayLike<number>): void {
  if (el !== null) el.style.backgroundColor = `rgba(${rgba[0]}, ${rgba[1]}, ${rgba[2]}, ${(rgba[3] ?? 0) / 255})`;
}
