// The page's half of the benchmark: a recording of 100,000 scopes, drawn at several scales.

import '../../src/styles/tokens.css';
import { Axis } from '../../src/core/axis';
import { Frame } from '../../src/core/frame';
import { ScopeStore } from '../../src/core/scopes';
import { Theme } from '../../src/core/theme';
import { TimingStore } from '../../src/core/timings';
import { Flame } from '../../src/widgets/flame/flame';
import { FlameModel } from '../../src/widgets/flame/model';
import { encode, type Ran, random } from '../fixtures/segments';

interface Measured {
  value: number;
  unit: string;
  note: string;
}

const frames = 306;
const tracks = 4;
const depths = 6;
const perLane = 14; // scopes of a lane in a frame: 102,816 in all
const ms = 1e6;

function frameOf(n: number, next: () => number, each = perLane): DataView {
  const begin = n * 16.7 * ms;
  const scopes: Ran[] = [];
  for (let track = 0; track < tracks; track++) {
    for (let depth = 0; depth < depths; depth++) {
      const room = (16 * ms) / each;
      for (let i = 0; i < each; i++) {
        const start = Math.round(begin + i * room + next() * room * 0.2);
        scopes.push({
          track,
          depth,
          start,
          duration: Math.round(room * (0.1 + 0.7 * next())),
          id: (i * 7 + depth) % 40,
        });
      }
    }
  }
  return encode({ begin: Math.round(begin), length: Math.round(16.7 * ms), scopes });
}

function median(values: number[]): number {
  return values.sort((a, b) => a - b)[values.length >> 1] as number;
}

/** A timeline of the recording whose drawing is asked for by hand. */
function timeline(): { store: ScopeStore; model: FlameModel; redraw(): number } {
  const axis = new Axis();
  axis.begin(0, 0, false);
  const store = new ScopeStore(axis);
  const next = random(11);
  for (let n = 1; n <= frames; n++) store.take(frameOf(n, next), n, n * 16.7 * ms, 0);
  let run: ((now: number) => void) | undefined;
  const frame = new Frame({
    request: (f) => {
      run = f;
    },
    now: () => performance.now(),
    later: () => {},
  });
  const model = new FlameModel({ store: () => store, paused: () => true, pause: () => {}, changed: () => {} });
  const theme = new Theme();
  theme.set('dark');
  const slots = Uint8Array.from({ length: 40 }, (_, i) => i % 9);
  const flame = new Flame({
    frame,
    theme,
    model,
    colours: () => ({ slots }),
    name: (id) => `subsystem ${id}`,
    budget: () => 16.7 * ms,
    marks: () => [],
    cursor: () => undefined,
    pinned: () => undefined,
    frames: () => undefined,
    note: () => '',
    onCursor: () => {},
    onSelect: () => {},
  });
  document.querySelector('#host')?.append(flame.el);
  flame.start();
  let now = 0;
  return {
    store,
    model,
    redraw() {
      flame.invalidate();
      now += 100;
      const begin = performance.now();
      run?.(now);
      return performance.now() - begin;
    },
  };
}

const drawn = timeline();

async function drawing(share: number): Promise<number> {
  const { store, model, redraw } = drawn;
  const all = store.end - store.begin;
  const times: number[] = [];
  for (let i = 0; i < 40; i++) {
    // Panned every time, as a person does.
    const x0 = store.begin + (all - all * share) * (0.3 + i * 0.004);
    model.show(x0, x0 + all * share);
    await new Promise((done) => requestAnimationFrame(done));
    times.push(redraw());
  }
  return median(times.slice(5));
}

function decodeSegments(): number {
  const next = random(3);
  const payloads = Array.from({ length: 400 }, (_, n) => frameOf(n + 1, next, 84)); // 2,016 scopes
  const once = (): number => {
    const axis = new Axis();
    axis.begin(0, 0, false);
    const store = new ScopeStore(axis);
    const begin = performance.now();
    payloads.forEach((p, n) => void store.take(p, n + 1, (n + 1) * 16.7 * ms, 0));
    return ((performance.now() - begin) / payloads.length) * 1e3;
  };
  return median(Array.from({ length: 25 }, once).slice(5));
}

function decodeTimings(): number {
  const n = 40;
  const k = 60;
  const next = random(4);
  const payload = new DataView(new ArrayBuffer(24 + n * 20 + k * 8));
  payload.setUint16(0, n, true);
  payload.setUint16(2, k, true);
  for (let i = 6; i < 6 + n * 5; i++) payload.setUint32(i * 4, Math.floor(next() * 1e6), true);
  for (let i = 0; i < k; i++) payload.setFloat64(24 + n * 20 + i * 8, next() * 1000, true);
  payload.setUint32(8, 16 * ms, true);
  payload.setUint32(12, 9 * ms, true);
  payload.setUint32(16, 0, true);
  payload.setUint32(20, 0, true);
  const axis = new Axis();
  axis.begin(0, 0, false);
  const store = new TimingStore(axis);
  const unit = { unit: '', help: '', kind: 'counter' as const };
  store.opened({
    budget: 16.7 * ms,
    scopes: Array.from({ length: n }, (_, id) => ({ id, name: `s${id}`, parent: -1, help: '', budget: 0 })),
    tracks: [{ id: 0, name: 'game' }],
    clock: { kind: 'tsc', resolution: 1 },
    version: 0,
    counters: Array.from({ length: k }, (_, id) => ({ id, name: `c${id}`, ...unit })),
  });
  let frame = 0;
  const once = (): number => {
    const begin = performance.now();
    for (let i = 0; i < 4000; i++) {
      frame++;
      store.take(payload, frame, frame * 16.7 * ms, 0);
    }
    return ((performance.now() - begin) / 4000) * 1e3;
  };
  return median(Array.from({ length: 25 }, once).slice(5));
}

async function measure(): Promise<Record<string, Measured>> {
  const scopes = drawn.store.countScopes(0, Number.POSITIVE_INFINITY);
  const draw = async (share: number): Promise<Measured> => ({
    value: await drawing(share),
    unit: 'ms',
    note: 'target 5 ms',
  });
  return {
    [`redraw, all ${scopes} scopes in view`]: await draw(1),
    'redraw, 10 % in view': await draw(0.1),
    'redraw, 1 % in view': await draw(0.01),
    'take a segment of 2,016 scopes': { value: decodeSegments(), unit: 'µs', note: 'target 3 µs' },
    'take 40 scopes and 60 counters': { value: decodeTimings(), unit: 'µs', note: 'target 1 µs' },
  };
}

Object.assign(globalThis, { measure });
