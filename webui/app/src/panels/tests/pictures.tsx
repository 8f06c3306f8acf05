// An expected picture, the one of this run, and what differs: side by side, one over the other with a line
// to move, or in turn.

import type { ComponentChildren } from 'preact';
import { useEffect, useMemo, useState } from 'preact/hooks';
import { count, frameName, percent } from '../../core/units';
import type { Pictures } from './model';

type Mode = 'side by side' | 'swipe' | 'blink';
const modes: readonly Mode[] = ['side by side', 'swipe', 'blink'];
const blink = 700; // ms

export function PicturesView({
  pictures,
  frame,
  below,
}: {
  pictures: Pictures;
  frame: number;
  below?: ComponentChildren;
}) {
  const [mode, setMode] = useState<Mode>('side by side');
  const [zoom, setZoom] = useState('');
  const { name, differ, of, allowed } = pictures;
  const urls = useUrls(pictures);
  const both = urls.expected !== undefined && urls.actual !== undefined;
  return (
    <div class="tests-pictures">
      <p>
        <span class="bad mono">{name}</span>{' '}
        {of > 0 ? (
          <>
            differs: <b>{count(differ)}</b> of {count(of)} pixels{' '}
            <span class="muted">
              ({percent(differ / of, 2)}, allowed {percent(allowed / of, 2)})
            </span>
          </>
        ) : (
          <span class="muted">{both ? 'has another size' : 'is not there yet'}</span>
        )}
      </p>
      {mode === 'side by side' || !both ? (
        <div class="tests-shots">
          <Shot url={urls.expected} title="expected" onZoom={setZoom} />
          <Shot url={urls.actual} title="this run" frame={frame} onZoom={setZoom} />
          <Shot url={urls.diff} title="■ difference" onZoom={setZoom} />
        </div>
      ) : mode === 'swipe' ? (
        <Swipe expected={urls.expected ?? ''} actual={urls.actual ?? ''} />
      ) : (
        <Blink expected={urls.expected ?? ''} actual={urls.actual ?? ''} />
      )}
      {zoom !== '' && mode === 'side by side' && <img class="tests-zoom" src={zoom} alt="At its own size" />}
      <div class="tests-shot-foot">
        <fieldset class="tests-modes" aria-label="How the pictures are shown">
          {modes.map((one) => (
            <button
              key={one}
              type="button"
              class="btn soft"
              aria-pressed={mode === one}
              disabled={!both && one !== 'side by side'}
              onClick={() => setMode(one)}
            >
              {one}
            </button>
          ))}
        </fieldset>
        <span class="space" />
        {below}
      </div>
    </div>
  );
}

function Shot(props: { url: string | undefined; title: string; frame?: number; onZoom(url: string): void }) {
  const { url, title, frame = 0, onZoom } = props;
  if (url === undefined) return null;
  return (
    <figure class="tests-shot">
      <figcaption class="muted">
        {title}
        {frame > 0 && `, ${frameName(frame)}`}
      </figcaption>
      <button type="button" title="At its own size" onClick={() => onZoom(url)}>
        <img src={url} alt={title} />
      </button>
    </figure>
  );
}

function Swipe({ expected, actual }: { expected: string; actual: string }) {
  const [at, setAt] = useState(50);
  return (
    <div class="tests-swipe">
      <div class="tests-over">
        <img src={expected} alt="expected" />
        <img src={actual} alt="this run" style={{ clipPath: `inset(0 0 0 ${at}%)` }} />
        <span class="tests-seam" style={{ left: `${at}%` }} />
      </div>
      <input
        type="range"
        min={0}
        max={100}
        value={at}
        aria-label="Left of it is what was expected, right of it this run"
        onInput={(event) => setAt(Number(event.currentTarget.value))}
      />
    </div>
  );
}

function Blink({ expected, actual }: { expected: string; actual: string }) {
  const still = useMemo(() => matchMedia('(prefers-reduced-motion: reduce)').matches, []);
  const [now, setNow] = useState(false);
  useEffect(() => {
    if (still) return;
    const timer = setInterval(() => setNow((was) => !was), blink);
    return () => clearInterval(timer);
  }, [still]);
  return (
    <div class="tests-blink">
      <img src={now ? actual : expected} alt={now ? 'this run' : 'expected'} />
      <button type="button" class="btn quiet" onClick={() => setNow(!now)}>
        {now ? 'this run' : 'expected'}
      </button>
    </div>
  );
}

function useUrls({ expected, actual, diff }: Pictures): Partial<Record<'expected' | 'actual' | 'diff', string>> {
  const [urls, setUrls] = useState({});
  useEffect(() => {
    const made = Object.entries({ expected, actual, diff }).flatMap(([key, bytes]) =>
      bytes === undefined
        ? []
        : [[key, URL.createObjectURL(new Blob([bytes as Uint8Array<ArrayBuffer>], { type: 'image/png' }))] as const],
    );
    setUrls(Object.fromEntries(made));
    return () => {
      for (const [, url] of made) URL.revokeObjectURL(url);
    };
  }, [expected, actual, diff]);
  return urls;
}
