// Who drives, the way to it and back, and how the picture is asked for.

import { useLive } from '../../core/live';
import { fixed, thin } from '../../core/units';
import { type Display, qualities, rates } from './model';
import { sinceFrame } from './since';

export function ControlBar({ display }: { display: Display }) {
  return (
    <div class="display-bar" role="toolbar" aria-label="Control and picture">
      <Control display={display} />
      <span class="space" />
      <Choice
        label="Size on the screen"
        value={display.zoom.value}
        options={[
          ['fit', 'fit'],
          ['1', '1:1'],
          ['2', '2×'],
          ['3', '3×'],
        ]}
        onChoose={(v) => {
          display.zoom.value = v;
        }}
      />
      <Choice
        label="Quality"
        value={display.quality.value}
        options={Object.entries(qualities).map(([value, { title }]) => [value, title])}
        onChoose={(v) => {
          display.quality.value = v;
        }}
      />
      <Choice
        label="Pictures a second"
        value={display.rate.value}
        options={rates.map((r) => [r, `${r} Hz`])}
        onChoose={(v) => {
          display.rate.value = v;
        }}
      />
    </div>
  );
}

interface ChoiceProps {
  label: string;
  value: string;
  options: readonly (readonly [string, string])[];
  onChoose(value: string): void;
}

function Choice({ label, value, options, onChoose }: ChoiceProps) {
  return (
    <select
      class="input"
      aria-label={label}
      title={label}
      value={value}
      onChange={(e) => onChoose(e.currentTarget.value)}
    >
      {options.map(([id, title]) => (
        <option key={id} value={id}>
          {title}
        </option>
      ))}
    </select>
  );
}

function Control({ display }: { display: Display }) {
  const { lease, app } = display;
  const { holder, mine, waiting, asked, absent } = lease;
  const live = app.conn.value.state === 'live';
  if (absent.value) return <span class="muted">The game takes no input from here; it can be looked at.</span>;
  if (app.me.value?.role !== 'drive')
    return (
      <>
        <button type="button" class="btn" disabled title="Your role may look only">
          View only
        </button>
        <Holder display={display} />
      </>
    );
  if (mine.value)
    return (
      <>
        <button
          type="button"
          class="btn dp-control-on"
          title={display.driving.value ? 'Keys go to the game' : 'Press to send keys to the game'}
          onClick={() => void display.onTaken?.()}
        >
          <span aria-hidden="true">●</span> You have control
        </button>
        <button type="button" class="btn" onClick={() => display.release()}>
          Release <kbd>Esc Esc</kbd>
        </button>
        {waiting.value[0] ? (
          <Waits display={display} name={waiting.value[0].name} since={waiting.value[0].since} />
        ) : (
          !display.driving.value && <span class="muted">click the picture to play</span>
        )}
      </>
    );
  const taken = holder.value !== '';
  return (
    <>
      <button
        type="button"
        class="btn"
        disabled={!live || display.viewOnly.value}
        title={taken ? `${holder.value} drives the game now` : 'Keys, pointer and gamepads go to the game (c)'}
        onClick={() => void display.take(asked.value)}
      >
        {asked.value ? 'Take it anyway' : taken ? 'Ask for control' : 'Take control'}
        {!taken && <kbd>c</kbd>}
      </button>
      <button
        type="button"
        class="btn soft"
        aria-pressed={display.viewOnly.value}
        title="Nothing that is done here reaches the game (v)"
        onClick={() => display.lookOnly(!display.viewOnly.peek())}
      >
        View only
      </button>
      <Holder display={display} />
    </>
  );
}

function Waits({ display, name, since }: { display: Display; name: string; since: number }) {
  const long = useLive(() => sinceFrame(display.app, since));
  return (
    <span class="cut" role="status">
      {name} is waiting, {long}
    </span>
  );
}

function Holder({ display }: { display: Display }) {
  const { holder, status, asked } = display.lease;
  const long = useLive(() => sinceFrame(display.app, status.peek()?.since ?? 0));
  if (holder.value === '') return null;
  return (
    <span class="cut" role="status">
      <b>{holder.value}</b> has control, <span class="muted">{long}</span>
      {asked.value && <span class="muted"> · you are waiting</span>}
    </span>
  );
}

/** What the game grants of what was asked for. */
export function granted(display: Display): string {
  const h = display.last?.header;
  if (h === undefined) return '';
  const scale = h.scale > 1 ? `, 1/${h.scale} size` : '';
  return `${fixed(h.rate)}${thin}Hz, quality ${h.quality}${scale}`;
}
