// The panel: tools, the lease, the picture with its numbers, and beside or below it what the hands do,
// the loupe and the stream.

import { useComputed } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import { useApp } from '../../core/app';
import { useLive } from '../../core/live';
import { count, fixed, thin } from '../../core/units';
import { Mount } from '../../widgets/mount';
import { saveScreenshot } from './actions';
import { ControlBar } from './controlbar';
import { Empty } from './empty';
import { ToolIcon, type ToolName } from './icons';
import { InputBlock } from './inputblock';
import { LoupeBlock } from './loupeblock';
import { type Display, displayOf } from './model';
import { PlayBar } from './playbar';
import { Screen } from './screen';
import { StreamBlock } from './streamblock';

export function DisplayPanel() {
  const app = useApp();
  const display = useMemo(() => displayOf(app), [app]);
  const screen = useMemo(() => ({ of: undefined as Screen | undefined }), []);
  useEffect(() => () => display.play(false), [display]);
  const capture = display.player !== undefined;
  const there = display.shown.value !== undefined;
  return (
    <section class="panel display" aria-label="Display">
      <Head display={display} onLock={() => void screen.of?.lock()} />
      {!capture && <ControlBar display={display} />}
      <div class="display-body">
        <div class="display-main">
          <Mount
            class="display-host"
            make={() => {
              screen.of = new Screen(display);
              return screen.of;
            }}
          />
          {there ? <Hud display={display} /> : <Empty display={display} />}
          {capture && <PlayBar display={display} />}
        </div>
        {there && (
          <div class="display-side">
            {!capture && <InputBlock display={display} />}
            {display.loupe.value && <LoupeBlock display={display} />}
            {!capture && <StreamBlock display={display} />}
          </div>
        )}
      </div>
      <p class="aside" id="display-keys-help">
        With control, keys go to the game, and Escape pressed twice gives control back. Without it, a click picks an
        entity.
      </p>
    </section>
  );
}

function Head({ display, onLock }: { display: Display; onLock(): void }) {
  const shown = display.shown.value;
  const recorder = display.recording.value;
  const live = display.player === undefined;
  const driving = display.driving.value;
  const kept = useLive(() => count(display.recording.peek()?.count ?? 0));
  return (
    <header class="panel-head">
      <h2>Display</h2>
      {shown && (
        <span class="muted">
          {shown.fullWidth} × {shown.fullHeight}
        </span>
      )}
      {display.frozen.value && <span class="warn">❄ frozen</span>}
      {recorder && (
        <span class="bad" role="status">
          ● recording <span class="muted">{kept} pictures</span>
        </span>
      )}
      <span class="space" />
      <Tool name="shot" label="Save a screenshot (s)" off={!shown} onPress={() => void saveScreenshot(display)} />
      {live && (
        <>
          <Tool
            name="record"
            label={recorder ? 'End the recording (r)' : 'Record the pictures (r)'}
            on={recorder !== undefined}
            off={!shown}
            onPress={() => (recorder ? display.stopRecording() : display.record())}
          />
          <Tool
            name="freeze"
            label="Freeze the picture (f)"
            on={display.frozen.value}
            off={!shown}
            onPress={() => (display.frozen.value = !display.frozen.peek())}
          />
          <Tool
            name="pick"
            label="Pick entities with the pointer (p)"
            on={display.picking.value || !driving}
            off={!driving}
            onPress={() => (display.picking.value = !display.picking.peek())}
          />
          <Tool name="lock" label="Lock the pointer to the picture" off={!driving} onPress={onLock} />
        </>
      )}
      <Tool
        name="loupe"
        label="Loupe (l)"
        on={display.loupe.value}
        onPress={() => (display.loupe.value = !display.loupe.peek())}
      />
      <Tool
        name="hud"
        label="Numbers over the picture (h)"
        on={display.hud.value}
        onPress={() => (display.hud.value = !display.hud.peek())}
      />
    </header>
  );
}

interface ToolProps {
  name: ToolName;
  label: string;
  on?: boolean;
  off?: boolean;
  onPress(): void;
}

function Tool({ name, label, on, off = false, onPress }: ToolProps) {
  return (
    <button
      type="button"
      class="btn quiet icon"
      aria-label={label}
      aria-pressed={on}
      title={label}
      disabled={off}
      // Whoever plays goes on playing after a press on a tool.
      onPointerDown={(event) => event.preventDefault()}
      onClick={onPress}
    >
      <ToolIcon name={name} fill={name === 'record' && on === true} />
    </button>
  );
}

const edge = 10; // px around the picture's box
const gap = 8;
const hudWidth = 136;

function Hud({ display }: { display: Display }) {
  const fps = useLive(() => fixed(now(display).fps));
  const decode = useLive(() => fixed(now(display).decode, 1));
  const latency = useLive(() => fixed(now(display).latency));
  const rate = useLive(() => fixed(now(display).rate / 1000));
  const shown = useComputed(() => display.hud.value && display.player === undefined);
  if (!shown.value) return null;
  // Beside the picture where there is room, else in its corner.
  const { left, top } = display.corner.value;
  const place = (el: HTMLElement | null): void => {
    if (el === null) return;
    el.style.left = `${edge + gap + (left > hudWidth ? 0 : left)}px`;
    el.style.top = `${edge + gap + (left > hudWidth ? 0 : top)}px`;
  };
  const rows = [
    ['fps', fps, ''],
    ['decode', decode, 'ms'],
    ['latency', latency, 'ms'],
    ['rate', rate, 'kB/s'],
  ] as const;
  return (
    <dl class="display-hud" ref={place}>
      {rows.map(([name, value, unit]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>
            {value}
            {unit && thin}
            <span class="unit">{unit}</span>
          </dd>
        </div>
      ))}
    </dl>
  );
}

const now = (display: Display) => display.meter.readings(performance.now());
