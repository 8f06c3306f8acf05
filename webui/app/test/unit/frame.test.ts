import { beforeEach, describe, expect, it } from 'vitest';
import { Frame, type FramePorts } from '../../src/core/frame';

/** A browser that draws at 60 Hz when it is asked to. */
class Screen implements FramePorts {
  time = 0;
  cost = 0; // ms that the next frames take
  asked: ((now: number) => void)[] = [];
  timers: { at: number; f: () => void }[] = [];
  frames = 0;

  request = (f: (now: number) => void): void => {
    this.asked.push(f);
  };
  private reads = 0;
  // Read twice a frame, at its begin and its end.
  now = (): number => this.time + (this.reads++ % 2) * this.cost;
  later = (f: () => void, millis: number): void => {
    this.timers.push({ at: this.time + millis, f });
  };
  /** Lets so many ms go by. */
  run(millis: number): void {
    const end = this.time + millis;
    for (; this.time < end - 1e-6; this.time += 1000 / 60) {
      for (const t of this.timers.filter((x) => x.at <= this.time)) t.f();
      this.timers = this.timers.filter((x) => x.at > this.time);
      const asked = this.asked;
      this.asked = [];
      if (asked.length > 0) this.frames++;
      for (const f of asked) f(this.time);
    }
  }
}

let screen: Screen;
let frame: Frame;
beforeEach(() => {
  screen = new Screen();
  frame = new Frame(screen);
});

describe('a frame', () => {
  it('is not asked for while nothing is dirty', () => {
    let drawn = 0;
    frame.onDraw(() => drawn++);
    screen.run(1000);
    expect([drawn, screen.frames, screen.asked.length, screen.timers.length]).toEqual([1, 1, 0, 0]);
  });

  it('draws what is dirty at its own rate, and always the last state', () => {
    let drawn = 0;
    let state = 0;
    let seen = 0;
    const draw = (): void => {
      drawn++;
      seen = state;
    };
    frame.onDraw(draw, { rate: 20 });
    for (let i = 0; i < 60; i++) {
      state++;
      frame.invalidate(draw);
      screen.run(1000 / 60);
    }
    expect(drawn).toBeGreaterThan(15);
    expect(drawn).toBeLessThan(23);
    screen.run(200);
    expect(seen).toBe(60);
  });

  it('draws at most two of many, in turn, so that all get theirs', () => {
    const drawn = [0, 0, 0, 0, 0];
    let inFrame = 0;
    let most = 0;
    const draws = drawn.map((_, i) => () => {
      drawn[i] = (drawn[i] ?? 0) + 1;
      inFrame++;
    });
    for (const d of draws) frame.onDraw(d, { rate: 60 });
    screen.run(50);
    drawn.fill(0);
    for (let i = 0; i < 60; i++) {
      inFrame = 0;
      frame.invalidate();
      screen.run(1000 / 60);
      most = Math.max(most, inFrame);
    }
    expect(most).toBe(2);
    for (const n of drawn) expect(Math.abs(n - 24)).toBeLessThanOrEqual(2);
  });

  it('draws at once what the pointer moved', () => {
    let drawn = 0;
    const draw = (): void => void drawn++;
    frame.onDraw(draw, { rate: 1 });
    screen.run(100);
    drawn = 0;
    for (let i = 0; i < 10; i++) {
      frame.invalidate(draw, true);
      screen.run(1000 / 60);
    }
    expect(drawn).toBe(10);
  });

  it('flushes text ten times a second while data comes, and once after it', () => {
    let flushed = 0;
    frame.onText(() => flushed++);
    screen.run(500);
    flushed = 0;
    for (let i = 0; i < 120; i++) {
      frame.stir();
      screen.run(1000 / 60);
    }
    expect(flushed).toBeGreaterThanOrEqual(18);
    expect(flushed).toBeLessThanOrEqual(21);
    screen.run(300);
    const settled = flushed;
    const frames = screen.frames;
    screen.run(1000);
    expect([flushed, screen.frames]).toEqual([settled, frames]);
  });

  it('sends acknowledgements only from a frame, and only when some are due', () => {
    let sent = 0;
    frame.onAck(() => sent++);
    frame.ackSoon();
    frame.ackSoon();
    expect(sent).toBe(0);
    screen.run(50);
    expect(sent).toBe(1);
  });

  it('runs once what should be soon', () => {
    const seen: string[] = [];
    frame.soon(() => {
      seen.push('a');
      frame.soon(() => seen.push('b'));
    });
    screen.run(16);
    expect(seen).toEqual(['a']);
    screen.run(100);
    expect(seen).toEqual(['a', 'b']);
  });

  it('forgets what was taken back', () => {
    let n = 0;
    const stops = [frame.onDraw(() => n++), frame.onText(() => n++)];
    for (const stop of stops) stop();
    frame.invalidate();
    frame.stir();
    screen.run(300);
    expect(n).toBe(0);
  });

  it('holds back when it costs too much, and comes back when it does not', () => {
    frame.onDraw(() => undefined, { rate: 60 });
    const spend = (cost: number, frames: number): void => {
      screen.cost = cost;
      for (let i = 0; i < frames; i++) {
        frame.invalidate(undefined, true);
        screen.run(1000 / 60);
      }
    };
    spend(9, 240);
    expect(frame.pace.value).toBe(2);
    spend(1, 360);
    expect(frame.pace.value).toBe(0);
  });
});
