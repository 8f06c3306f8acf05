// What the game sees of the hands, whoever's they are; keys that the browser would keep for itself; a
// text to be typed.

import { useComputed, useSignal } from '@preact/signals';
import { useLive } from '../../core/live';
import { count, fixed, none } from '../../core/units';
import { capOf, chords, fixedCaps } from './caps';
import type { Display } from './model';
import { sinceFrame } from './since';

export function InputBlock({ display }: { display: Display }) {
  const { lease, app } = display;
  const driving = display.driving.value;
  const { holder, mine } = lease;
  const status = (): ReturnType<typeof lease.status.peek> => lease.status.peek();
  const at = useLive(() => {
    const s = display.hands.pointers.at ?? status();
    return s === undefined ? none : `${fixed(s.x)}, ${fixed(s.y)}`;
  });
  const wheel = useLive(() => fixed(status()?.wheelY ?? 0));
  const pads = useLive(() => (status()?.gamepads ?? []).map((g) => g.name || `pad ${g.id}`).join(', ') || 'none');
  const sent = useLive(() => fixed(display.meter.sends(performance.now())));
  const long = useLive(() => sinceFrame(app, status()?.since ?? 0));
  const others = useComputed(() => app.clients.value.filter((c) => c.name !== app.me.value?.name).map((c) => c.name));
  return (
    <section class="panel display-block input-block" aria-label="Input">
      <header class="panel-head">
        <h2>Input</h2>
        {driving ? (
          <span class="bad">keys go to the game</span>
        ) : (
          <span class="muted">{holder.value === '' || mine.value ? 'keys stay here' : `${holder.value}'s keys`}</span>
        )}
      </header>
      <div class="dp-block-body">
        <p class="muted">held</p>
        <Caps display={display} />
        <dl class="dp-facts">
          <Fact name="pointer" unit="px" value={at} />
          <Fact name="wheel" value={wheel} />
          <Fact name="gamepad" value={pads} />
          <Fact name="sent" unit="/s" value={sent} />
        </dl>
        <p class="muted">the browser keeps these; send them</p>
        <div class="dp-caps">
          {chords.map(({ label, codes }) => (
            <button
              key={label}
              type="button"
              class="dp-cap"
              disabled={!mine.value}
              onPointerDown={(event) => event.preventDefault()}
              onClick={() => display.chord(codes)}
            >
              {label}
            </button>
          ))}
        </div>
        <Typed display={display} />
        <dl class="dp-facts">
          <Fact name="lease" value={holder.value === '' ? 'free' : mine.value ? 'you, ' : `${holder.value}, `}>
            {holder.value !== '' && long}
          </Fact>
          <Fact name="connected" value={others.value.length === 0 ? 'you alone' : others.value.slice(0, 3).join(', ')}>
            {others.value.length > 3 && ` and ${count(others.value.length - 3)}`}
          </Fact>
        </dl>
      </div>
    </section>
  );
}

interface FactProps {
  name: string;
  value: string | ReturnType<typeof useLive<string>>;
  unit?: string;
  children?: preact.ComponentChildren;
}

function Fact({ name, value, unit, children }: FactProps) {
  return (
    <div>
      <dt>{name}</dt>
      <dd class="cut">
        {value}
        {children}
        {unit && <span class="unit"> {unit}</span>}
      </dd>
    </div>
  );
}

// The usual keys have places of their own, so that nothing jumps.
function Caps({ display }: { display: Display }) {
  const down = useLive(() => {
    const status = display.lease.status.peek();
    const keys = new Set([...(status?.keys ?? []), ...display.hands.keys]);
    const buttons = new Set([...(status?.buttons ?? []), ...display.hands.pointers.held]);
    return [...[...keys].sort(), ...[...buttons].sort().map((b) => `Mouse ${b + 1}`)].join(' | ');
  });
  const held = down.value === '' ? [] : down.value.split(' | ');
  const known = new Set(fixedCaps.flat());
  const more = held.filter((code) => !known.has(code));
  return (
    <div class="dp-held">
      <span class="aside">{held.map(capOf).join(', ') || 'nothing'}</span>
      {fixedCaps.map((row) => (
        <div class="dp-caps" key={row[0]}>
          {row.map((code) => (
            <Cap key={code} code={code} on={held.includes(code)} />
          ))}
          {row === fixedCaps[1] && more.slice(0, 3).map((code) => <Cap key={code} code={code} on />)}
        </div>
      ))}
    </div>
  );
}

function Cap({ code, on }: { code: string; on: boolean }) {
  return (
    <span class={on ? 'dp-cap on' : 'dp-cap'} data-code={code} data-on={on ? '' : undefined}>
      {capOf(code)}
    </span>
  );
}

// For what no keyboard of this person has, and for what is on the clipboard.
function Typed({ display }: { display: Display }) {
  const words = useSignal('');
  return (
    <form
      class="dp-typed"
      onSubmit={(event) => {
        event.preventDefault();
        if (words.peek() === '') return;
        display.type(words.peek());
        words.value = '';
      }}
    >
      <input
        class="input"
        aria-label="Text to type into the game"
        placeholder="Text to type"
        maxLength={1000}
        value={words.value}
        disabled={!display.lease.mine.value}
        onInput={(event) => {
          words.value = event.currentTarget.value;
        }}
      />
      <button type="submit" class="btn soft" disabled={!display.lease.mine.value || words.value === ''}>
        Send
      </button>
    </form>
  );
}
