// A sound: its waveform, and a player.

import './sound.css';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { useLive } from '../../../core/live';
import { count } from '../../../core/units';
import type { Asset } from '../model';
import type { Bytes } from '../transfer';
import { Undecodable, type ViewProps } from '../views';
import { decibels, moment } from './peaks';
import { Player } from './player';
import { Wave } from './wave';

const mostSamples = 128 << 20; // over all channels: half a gigabyte decoded

/** The rate that a WAV says it has; that of most sounds for others. */
function rateIn(data: Uint8Array): number {
  const d = new DataView(data.buffer, data.byteOffset, data.byteLength);
  return d.byteLength > 28 && d.getUint32(12) === 0x666d7420 ? d.getUint32(24, true) : 48_000;
}

/** Decodes a sound at its own rate, so that nothing is resampled where the rate is known. */
async function decode(asset: Asset, { data, mediaType }: Bytes): Promise<AudioBuffer> {
  const { duration = 0, channels = 2 } = asset;
  const rate = asset.rate ?? rateIn(data);
  if (duration * rate * channels > mostSamples)
    throw new Undecodable(`It would take ${count(duration * rate * channels)} samples: more than this page decodes.`);
  const own = rate >= 8000 && rate <= 96_000 ? rate : 48_000;
  try {
    // Takes the buffer for itself: a copy is given.
    return await new OfflineAudioContext(1, 1, own).decodeAudioData(data.slice().buffer);
  } catch {
    throw new Undecodable(
      `This browser does not decode it (${mediaType}): its format is another, or the file is broken.`,
    );
  }
}

export function SoundView({ app, asset, file, onFault }: ViewProps) {
  const host = useRef<HTMLDivElement>(null);
  const player = useMemo(() => new Player(), []);
  const wave = useMemo(() => new Wave(app, player), [app, player]);
  const [buffer, setBuffer] = useState<AudioBuffer>();
  useEffect(() => {
    const off = host.current ? wave.mount(host.current) : undefined;
    return () => {
      player.dispose();
      off?.();
    };
  }, [wave, player]);
  useEffect(() => {
    let left = false;
    decode(asset, file).then(
      (decoded) => {
        if (left) return;
        player.load(decoded);
        wave.load(decoded);
        setBuffer(decoded);
      },
      (fault: Error) => !left && onFault(fault.message),
    );
    return () => {
      left = true;
    };
  }, [wave, player, file]);
  return (
    <div class="view-column">
      <div class="view-bar" role="toolbar" aria-label="Sound">
        <button
          type="button"
          class="btn soft"
          disabled={!buffer}
          aria-pressed={player.playing.value}
          title="Space"
          onClick={() => wave.togglePlay()}
        >
          {player.playing.value ? 'Pause' : 'Play'}
        </button>
        <button
          type="button"
          class="chip"
          aria-pressed={player.loop.value}
          onClick={() => player.setLoop(!player.loop.peek())}
        >
          loop
        </button>
        <fieldset class="segments" aria-label="Zoom">
          <button type="button" aria-label="Zoom out" title="Zoom out (−)" onClick={() => wave.zoom(2)}>
            −
          </button>
          <button type="button" title="Whole sound (0)" onClick={() => wave.fit()}>
            all
          </button>
          <button type="button" aria-label="Zoom in" title="Zoom in (+)" onClick={() => wave.zoom(0.5)}>
            +
          </button>
        </fieldset>
        <span class="space" />
        <label class="muted volume">
          volume
          <input
            type="range"
            min={0}
            max={1}
            step={0.01}
            value={player.volume.value}
            onInput={(e) => player.setVolume(Number(e.currentTarget.value))}
          />
        </label>
      </div>
      <div
        ref={host}
        class="view-canvas"
        role="application"
        aria-roledescription="waveform"
        aria-label={`Waveform of ${asset.name}. Space plays, arrow keys move the cursor, plus and minus zoom.`}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it is moved with the arrow keys
        tabIndex={0}
      />
      <Foot player={player} wave={wave} buffer={buffer} />
    </div>
  );
}

function Foot({ player, wave, buffer }: { player: Player; wave: Wave; buffer: AudioBuffer | undefined }) {
  const at = useLive(() => moment(player.at, 0.001));
  player.playing.value; // a press moves it, the game need not send
  const under = wave.under.value;
  const stretch = player.stretch.value;
  const peak = Math.max(0, ...wave.peaks.map((p) => p.peak));
  const rms = Math.max(0, ...wave.peaks.map((p) => p.rms));
  return (
    <p class="view-foot">
      <span>
        {under === undefined ? at : moment(under, 0.001)}{' '}
        {under !== undefined && <span class="muted">under the pointer</span>}
      </span>
      {stretch && (
        <span class="muted">
          {moment(stretch.from, 0.001)} – {moment(stretch.to, 0.001)}
        </span>
      )}
      <span class="space" />
      {buffer && (
        <span>
          <span class="muted">peak</span>{' '}
          <span class={peak >= 1 ? 'warn' : ''}>{peak >= 1 ? `◆ ${decibels(peak)}` : decibels(peak)}</span>{' '}
          <span class="muted">rms</span> {decibels(rms)}
        </span>
      )}
    </p>
  );
}
