import { describe, expect, test } from 'vitest';
import { Hands, type HandsPorts } from '../../src/panels/display/hands';
import type { Stroke, System } from '../../src/panels/display/keyboard';
import { Pads } from '../../src/panels/display/pads';
import { Locked, wheelPixels } from '../../src/panels/display/pointer';
import { randomFrom } from '../fixtures/random';

/** A game that does what it is told, and a page whose time and frames come by hand. */
class Rig {
  readonly log: string[] = [];
  readonly keys = new Set<string>();
  readonly buttons = new Set<number>();
  readonly touches = new Set<number>();
  readonly pads = new Set<number>();
  left = 0;
  busy = false;
  now = 1000;
  private frames: (() => void)[] = [];
  private timers: { at: number; f: () => void }[] = [];
  readonly hands: Hands;

  constructor(system: System = 'other') {
    const ports: HandsPorts = {
      send: (method: string, params: unknown) => this.take(method, params as Record<string, never>),
      leave: () => {
        this.left++;
        this.hands.allow(false);
      },
      later: (f, millis) => {
        const timer = { at: this.now + millis, f };
        this.timers.push(timer);
        return () => {
          this.timers = this.timers.filter((t) => t !== timer);
        };
      },
      now: () => this.now,
      soon: (f) => this.frames.push(f),
      busy: () => this.busy,
      system,
    };
    this.hands = new Hands(ports);
    this.hands.allow(true);
  }

  private take(method: string, p: Record<string, never>): void {
    const { code, down, button, phase, id, connected } = p as Record<string, unknown>;
    this.log.push(`${method.slice(6)} ${JSON.stringify(p)}`);
    const put = <T>(set: Set<T>, one: T, on: boolean): void => {
      if (on) set.add(one);
      else set.delete(one);
    };
    if (method === 'input.key') put(this.keys, code as string, down === true);
    if (method === 'input.pointer' && button !== undefined) put(this.buttons, button as number, down === true);
    if (method === 'input.touch' && phase !== 'move') put(this.touches, id as number, phase === 'start');
    if (method === 'input.gamepad') put(this.pads, id as number, connected !== false);
    if (method === 'input.release') for (const s of [this.keys, this.buttons, this.touches, this.pads]) s.clear();
  }

  /** What the game holds down. */
  get held(): number {
    return this.keys.size + this.buttons.size + this.touches.size + this.pads.size;
  }

  frame(): void {
    const frames = this.frames;
    this.frames = [];
    for (const f of frames) f();
  }

  pass(millis: number): void {
    this.now += millis;
    const due = this.timers.filter((t) => t.at <= this.now);
    this.timers = this.timers.filter((t) => t.at > this.now);
    for (const t of due) t.f();
  }

  down(code: string, more: Flags = {}): boolean {
    return this.hands.keyDown(stroke(code, more));
  }

  up(code: string, more: Flags = {}): void {
    this.hands.keyUp(stroke(code, more));
  }
}

type Flags = Partial<Stroke> & { altGraph?: boolean };

function stroke(code: string, more: Flags = {}): Stroke {
  const key = /^Key.$/.test(code) ? code.slice(3).toLowerCase() : code;
  return {
    code,
    key,
    repeat: false,
    isComposing: false,
    shiftKey: code.startsWith('Shift'),
    ctrlKey: code.startsWith('Control'),
    altKey: code.startsWith('Alt'),
    metaKey: code.startsWith('Meta'),
    getModifierState: (name) => name === 'AltGraph' && more.altGraph === true,
    ...more,
  };
}

describe('keys', () => {
  test('go by their place, once, and the browser does what prints itself', () => {
    const rig = new Rig();
    expect(rig.down('KeyW', { key: 'z' })).toBe(false); // a French keyboard; its text comes by itself
    expect(rig.down('KeyW', { key: 'z', repeat: true })).toBe(false);
    expect(rig.down('ArrowUp')).toBe(true);
    expect(rig.down('KeyS', { ctrlKey: true })).toBe(true); // the page is not to be saved
    rig.up('KeyW');
    rig.up('KeyX'); // was pressed elsewhere
    expect(rig.log).toEqual([
      'key {"code":"KeyW","down":true}',
      'key {"code":"ArrowUp","down":true}',
      'key {"code":"KeyS","down":true}',
      'key {"code":"KeyW","down":false}',
    ]);
  });

  test('that were held before the picture had the focus are not pressed by their repeats', () => {
    const rig = new Rig();
    rig.down('KeyW', { repeat: true });
    expect(rig.log).toEqual([]);
  });

  test('that are part of a composition are text alone', () => {
    const rig = new Rig();
    expect(rig.down('KeyN', { isComposing: true })).toBe(false);
    expect(rig.down('KeyN', { key: 'Process' })).toBe(false);
    rig.hands.text('に');
    expect(rig.log).toEqual(['text {"text":"に"}']);
  });

  test('Escape is the game’s, twice in time it leaves', () => {
    const rig = new Rig();
    rig.down('Escape');
    rig.up('Escape');
    rig.pass(501);
    rig.down('Escape');
    rig.up('Escape');
    rig.down('KeyA');
    rig.up('KeyA');
    rig.down('Escape'); // A came between
    rig.up('Escape');
    expect(rig.left).toBe(0);
    expect(rig.log.filter((l) => l.includes('Escape') && l.includes('true'))).toHaveLength(3);
    rig.pass(400);
    rig.down('Escape');
    expect(rig.left).toBe(1);
    expect(rig.log.at(-1)).toBe('release {}');
    expect(rig.hands.active).toBe(false);
  });

  test('a modifier that went up where nobody heard it is let go of', () => {
    const rig = new Rig();
    rig.down('ShiftLeft');
    rig.down('KeyA', { shiftKey: true });
    rig.down('KeyB');
    expect([...rig.keys]).toEqual(['KeyA', 'KeyB']);
  });

  test('AltGr of Windows brings no Ctrl along, and a Ctrl of its own comes a little later', () => {
    const rig = new Rig('windows');
    rig.down('ControlLeft');
    rig.down('AltRight', { key: 'AltGraph', ctrlKey: true, altGraph: true });
    expect([...rig.keys]).toEqual(['AltRight']);
    expect(rig.down('KeyQ', { key: '@', ctrlKey: true, altKey: true, altGraph: true })).toBe(false); // prints
    rig.up('KeyQ', { ctrlKey: true, altKey: true, altGraph: true });
    rig.up('ControlLeft', { ctrlKey: false, altKey: true, altGraph: true });
    rig.up('AltRight');
    expect(rig.keys.size).toBe(0);
    expect(rig.log.some((l) => l.includes('Control'))).toBe(false);

    rig.down('ControlLeft');
    expect(rig.keys.size).toBe(0);
    rig.pass(51);
    expect([...rig.keys]).toEqual(['ControlLeft']);
    rig.up('ControlLeft', { ctrlKey: false });
    rig.down('ControlLeft');
    rig.down('KeyC', { ctrlKey: true });
    expect([...rig.keys]).toEqual(['ControlLeft', 'KeyC']);
    rig.up('KeyC', { ctrlKey: true });
    rig.up('ControlLeft', { ctrlKey: false });
    rig.down('ControlLeft');
    rig.up('ControlLeft', { ctrlKey: false }); // a tap is not lost
    expect(rig.log.slice(-2)).toEqual([
      'key {"code":"ControlLeft","down":true}',
      'key {"code":"ControlLeft","down":false}',
    ]);
  });

  test('while Cmd of a Mac is down keys are taps, and none stays', () => {
    const rig = new Rig('mac');
    rig.down('KeyW');
    rig.down('MetaLeft');
    expect([...rig.keys]).toEqual(['MetaLeft']);
    rig.down('KeyS', { metaKey: true }); // whose going up is never told
    expect([...rig.keys]).toEqual(['MetaLeft']);
    rig.up('MetaLeft', { metaKey: false });
    expect(rig.keys.size).toBe(0);
  });

  test('a Mac makes text of keys, since its fields would offer accents', () => {
    const rig = new Rig('mac');
    expect(rig.down('KeyE', { key: 'E', shiftKey: true })).toBe(true);
    expect(rig.log).toContain('text {"text":"E"}');
  });
});

describe('pointers', () => {
  test('moves are gathered until the next frame, and are told before what came after them', () => {
    const rig = new Rig();
    rig.hands.mouse({ x: 1, y: 1 }, 0);
    rig.hands.mouse({ x: 5, y: 6 }, 0);
    expect(rig.log).toEqual([]);
    rig.frame();
    expect(rig.log).toEqual(['pointer {"x":5,"y":6}']);
    rig.hands.mouse({ x: 7, y: 7 }, 0);
    rig.hands.mouse({ x: 8, y: 8 }, 1);
    rig.hands.mouse({ x: 9, y: 9 }, 1);
    rig.down('KeyF');
    expect(rig.log.slice(1)).toEqual([
      'pointer {"x":8,"y":8}',
      'pointer {"x":8,"y":8,"button":0,"down":true}',
      'pointer {"x":9,"y":9}',
      'key {"code":"KeyF","down":true}',
    ]);
  });

  test('moves wait while those before are on their way', () => {
    const rig = new Rig();
    rig.busy = true;
    rig.hands.mouse({ x: 1, y: 1 }, 0);
    rig.frame();
    rig.hands.mouse({ x: 2, y: 2 }, 0);
    rig.frame();
    expect(rig.log).toEqual([]);
    rig.busy = false;
    rig.frame();
    expect(rig.log).toEqual(['pointer {"x":2,"y":2}']);
  });

  test('buttons are what the browser says they are: a second one comes as a move', () => {
    const rig = new Rig();
    rig.hands.mouse({ x: 0, y: 0 }, 1);
    rig.hands.mouse({ x: 0, y: 0 }, 1 | 2);
    expect([...rig.buttons]).toEqual([0, 2]);
    rig.hands.mouse({ x: 0, y: 0 }, 4 | 8 | 16); // both went up unheard
    expect([...rig.buttons].sort()).toEqual([1, 3, 4]);
  });

  test('the wheel counts notches upwards, whatever the browser counts in', () => {
    const rig = new Rig();
    rig.hands.wheel(wheelPixels(0, 0), wheelPixels(100, 0));
    rig.hands.wheel(wheelPixels(2, 1), wheelPixels(0, 1));
    rig.frame();
    expect(rig.log).toEqual(['wheel {"x":0.32,"y":-1}']);
    expect(wheelPixels(1, 2)).toBe(400);
  });

  test('fingers have small numbers, and one that is lifted frees its own', () => {
    const rig = new Rig();
    rig.hands.touch(901, 'start', { x: 1, y: 1 });
    rig.hands.touch(902, 'start', { x: 2, y: 2 });
    rig.hands.touch(901, 'move', { x: 3, y: 3 });
    rig.hands.touch(901, 'end', { x: 4, y: 4 });
    rig.hands.touch(903, 'start', { x: 5, y: 5 });
    rig.hands.touch(999, 'end', { x: 5, y: 5 }); // began elsewhere
    expect(rig.log).toEqual([
      'touch {"id":0,"x":1,"y":1,"phase":"start"}',
      'touch {"id":1,"x":2,"y":2,"phase":"start"}',
      'touch {"id":0,"x":3,"y":3,"phase":"move"}',
      'touch {"id":0,"x":4,"y":4,"phase":"end"}',
      'touch {"id":0,"x":5,"y":5,"phase":"start"}',
    ]);
  });

  test('the leap that browsers report after locking is no movement', () => {
    const locked = new Locked();
    locked.begin(0);
    expect(locked.take(800, -300, 5)).toBeUndefined();
    expect(locked.take(3, 4, 10)).toEqual({ x: 3, y: 4 });
    expect(locked.take(400, 0, 100)).toBeUndefined();
    expect(locked.take(400, 0, 400)).toEqual({ x: 400, y: 0 });
    locked.begin(9000);
    expect(locked.take(500, 0, 9900), 'the first one, however late').toBeUndefined();
  });
});

describe('gamepads', () => {
  test('are told of when something changed, and when they go', () => {
    const pads = new Pads();
    const pad = (x: number, pressed: number) => ({
      index: 0,
      id: 'Pad',
      connected: true,
      mapping: 'standard',
      axes: [x],
      buttons: [{ value: pressed }],
    });
    expect(pads.changes([pad(0, 0), null])).toEqual([{ id: 0, name: 'Pad', standard: true, axes: [0], buttons: [0] }]);
    expect(pads.changes([pad(0.001, 0)]), 'a stick trembles').toEqual([]);
    expect(pads.changes([pad(0.5, 1)])).toHaveLength(1);
    expect(pads.changes([null])).toEqual([{ id: 0, standard: false, axes: [], buttons: [], connected: false }]);
    expect(pads.changes([])).toEqual([]);
  });
});

describe('whatever a person and the browser do', () => {
  const codes = [
    'KeyW',
    'KeyA',
    'Space',
    'ShiftLeft',
    'ShiftRight',
    'ControlLeft',
    'AltRight',
    'MetaLeft',
    'Escape',
    'CapsLock',
  ];

  /** One event of the browser, as likely as not without the one that belongs to it. */
  function step(rig: Rig, random: (n: number) => number): void {
    const code = codes[random(codes.length)] as string;
    const flags = {
      shiftKey: random(3) === 0,
      ctrlKey: random(3) === 0,
      altKey: random(4) === 0,
      metaKey: random(4) === 0,
      repeat: random(4) === 0,
      isComposing: random(12) === 0,
    };
    const at = { x: random(640), y: random(360) };
    const finger = random(4);
    const steps = [
      () => rig.down(code, flags),
      () => rig.up(code, flags),
      () => rig.hands.mouse(at, random(32)),
      () => rig.hands.touch(finger, (['start', 'move', 'end'] as const)[random(3)] as 'start', at),
      () => rig.hands.wheel(random(200) - 100, random(200) - 100),
      () =>
        rig.hands.poll(
          random(3) === 0
            ? []
            : [{ index: 0, id: 'p', connected: true, mapping: '', axes: [random(3)], buttons: [{ value: random(2) }] }],
        ),
      () => rig.frame(),
      () => rig.pass(random(80)),
      () => rig.hands.text('x'),
      () => {
        rig.busy = !rig.busy;
      },
    ];
    steps[random(steps.length)]?.();
  }

  test.each(['mac', 'windows', 'other'] as const)(
    'nothing stays pressed once the hands are taken away (%s)',
    (system) => {
      let pressed = 0;
      for (let seed = 1; seed <= 400; seed++) {
        const random = randomFrom(seed * 7919);
        const rig = new Rig(system);
        for (let i = 0; i < 60; i++) {
          if (!rig.hands.active) rig.hands.allow(true); // Esc Esc
          step(rig, random);
          if (rig.hands.active) {
            expect([...rig.hands.keys].sort(), 'both sides agree').toEqual([...rig.keys].sort());
            continue;
          }
          expect(rig.held).toBe(0);
        }
        pressed += rig.held;
        rig.hands.allow(false);
        expect(rig.held, `seed ${seed}`).toBe(0);
        // What comes late finds nobody.
        const said = rig.log.length;
        for (let i = 0; i < 20; i++) step(rig, random);
        rig.pass(1000);
        rig.frame();
        expect(rig.log.length, `seed ${seed}`).toBe(said);
      }
      expect(pressed, 'the game held something at most of these ends').toBeGreaterThan(400);
    },
  );
});
