// The panel's parts and what they share. One for the page's session; it follows the game while the
// panel is shown.

import { effect, type Signal, signal } from '@preact/signals';
import type { App } from '../../core/app';
import type { Picture } from '../../core/picture';
import { codes, type Method, type Methods } from '../../core/protocol';
import type { RpcError } from '../../core/rpc';
import { saveRecording } from './actions';
import { drawPicture, type Sheet } from './decode';
import { Hands, type HandsPorts } from './hands';
import type { System } from './keyboard';
import { Latency } from './latency';
import { Lease } from './lease';
import { Meter } from './meter';
import { Picker } from './picker';
import { Player } from './player';
import { Recorder } from './recorder';
import { type Drawn, Stream, type Wish } from './stream';

/** Inputs on their way at which moves wait. */
const mostFlying = 3;

/** How the pictures are asked for, in the words of the menu. */
export const qualities: Readonly<Record<string, { title: string; wish: Wish }>> = {
  high: { title: 'quality 90', wish: { quality: 90 } },
  '': { title: 'quality 70', wish: { quality: 70 } },
  low: { title: 'quality 50', wish: { quality: 50 } },
  lossless: { title: 'lossless', wish: { mode: 'lossless' } },
  half: { title: 'half size', wish: { quality: 70, scale: 0.5 } },
  quarter: { title: 'quarter size', wish: { quality: 70, scale: 0.25 } },
};

/** Pictures a second that may be asked for. */
export const rates: readonly string[] = ['60', '30', '15', '5'];

/** What the picture on the canvas is. */
export interface Shown {
  width: number;
  height: number;
  fullWidth: number;
  fullHeight: number;
}

function systemOf(): System {
  const name = navigator.platform ?? '';
  return /Mac|iPhone|iPad/.test(name) ? 'mac' : /Win/.test(name) ? 'windows' : 'other';
}

export class Display {
  readonly app: App;
  readonly canvas = document.createElement('canvas');
  readonly lease: Lease;
  readonly hands: Hands;
  readonly meter = new Meter();
  readonly picker: Picker;
  /** Pictures of a capture; undefined while the game itself is shown. */
  readonly player: Player | undefined;
  readonly zoom: Signal<string>;
  readonly quality: Signal<string>;
  readonly rate: Signal<string>;
  readonly system = systemOf();
  /** What stands on the canvas; undefined before the first picture. */
  readonly shown: Signal<Shown | undefined> = signal(undefined);
  /** Why there are no pictures. */
  readonly fault: Signal<RpcError | undefined> = signal(undefined);
  readonly frozen: Signal<boolean> = signal(false);
  readonly viewOnly: Signal<boolean> = signal(false);
  readonly picking: Signal<boolean> = signal(false);
  readonly loupe: Signal<boolean> = signal(true);
  readonly hud: Signal<boolean> = signal(true);
  /** The picture has the keys. */
  readonly driving: Signal<boolean> = signal(false);
  readonly recording: Signal<Recorder | undefined> = signal(undefined);
  /** The pixel of the display under the pointer. */
  readonly probe: Signal<{ x: number; y: number } | undefined> = signal(undefined);
  /** Index of the picture of a capture that is shown, and how many there are. */
  readonly place: Signal<{ at: number; of: number }> = signal({ at: -1, of: 0 });
  /** Where the picture begins in its box, css px. */
  readonly corner: Signal<{ left: number; top: number }> = signal({ left: 0, top: 0 });
  /** The newest picture. */
  last: Picture | undefined;
  /** The frame of the page's game in which it was drawn. */
  frame = 0;
  /** Runs after each picture. */
  onDrawn: (() => void) | undefined;

  private readonly context: CanvasRenderingContext2D;
  private readonly stream: Stream;
  private readonly latency = new Latency((ms) => this.meter.saw(performance.now(), ms));
  private flying = 0;
  private focused = false;
  private locked = false;

  constructor(app: App) {
    this.app = app;
    this.context = this.canvas.getContext('2d', { alpha: false }) as CanvasRenderingContext2D;
    this.zoom = app.url.param('z', 'fit', 'display');
    this.quality = app.url.param('quality', '', 'display');
    this.rate = app.url.param('hz', '30', 'display');
    this.lease = new Lease(app);
    this.hands = new Hands(this.handsPorts());
    this.picker = new Picker(this);
    this.stream = new Stream(app, {
      draw: (picture, sheets) => this.draw(picture, sheets),
      drawn: (one) => this.drawn(one),
      came: (message) => {
        const recorder = this.recording.peek();
        recorder?.take(message);
        if (recorder?.full) this.stopRecording();
      },
      began: (snapshot) => {
        this.fault.value = undefined;
        this.recording.peek()?.began(snapshot);
      },
      refused: (error) => {
        this.fault.value = error;
      },
    });
    if (app.capture !== undefined) this.player = this.load(app);
  }

  /** Follows the game while the panel is shown. Returns its undo. */
  start(): () => void {
    if (this.player !== undefined) return () => this.play(false);
    const visible = signal(document.visibilityState === 'visible');
    const turned = (): void => {
      visible.value = document.visibilityState === 'visible';
    };
    document.addEventListener('visibilitychange', turned);
    this.lease.open();
    const off = [
      effect(() => this.wish(visible.value)),
      effect(() => this.decide(visible.value)),
      effect(() => this.tell()),
      this.app.me.subscribe(() => this.latency.forget()),
      this.picker.start(),
    ];
    return () => {
      document.removeEventListener('visibilitychange', turned);
      for (const f of off) f();
      this.hands.allow(false);
      this.driving.value = false;
      this.stream.close();
      this.lease.close();
      this.stopRecording();
      this.app.status.clear('control');
      this.app.status.clear('display');
    };
  }

  /** The picture has the focus, or lost it. */
  focus(on: boolean): void {
    this.focused = on;
    this.turn();
  }

  /** Takes control, asks for it, or takes it from whoever has it. */
  async take(force = false): Promise<void> {
    this.viewOnly.value = false;
    if (await this.lease.take(force)) this.onTaken?.();
  }

  /** Runs when control came: the picture is to have the keys. */
  onTaken: (() => void) | undefined;

  /** Keys stay here, whoever drives. */
  lookOnly(on: boolean): void {
    this.viewOnly.value = on;
    if (on) this.lease.give();
  }

  /** Gives control up. */
  release(): void {
    this.hands.allow(false);
    this.lease.give();
  }

  /** The pointer is locked to the picture, or not any more. */
  lock(on: boolean): void {
    this.locked = on;
  }

  get isLocked(): boolean {
    return this.locked;
  }

  /** Presses keys that the browser would keep for itself: together, and lets them go. */
  async chord(codes: readonly string[]): Promise<void> {
    for (const code of codes) this.send('input.key', { code, down: true });
    for (const code of [...codes].reverse()) this.send('input.key', { code, down: false });
  }

  /** Types a text into the game. */
  type(text: string): void {
    this.send('input.text', { text });
  }

  /** Begins to keep what comes. */
  record(): void {
    if (this.recording.peek() !== undefined || this.player !== undefined) return;
    this.frozen.value = false;
    this.recording.value = new Recorder();
    this.stream.restart(); // it begins with a whole picture
  }

  /** Makes a file of what was kept. */
  stopRecording(): void {
    const recorder = this.recording.peek();
    this.recording.value = undefined;
    if (recorder !== undefined) void saveRecording(this, recorder);
  }

  /** Sends an input and measures how long it takes to be seen. */
  private send<M extends Method>(method: M, params: Methods[M]['params']): void {
    const left = performance.now();
    this.meter.sent(left);
    this.flying++;
    this.app.rpc
      .call(method, params)
      .then(
        (answer) => {
          const tick = (answer as { tick?: number } | null)?.tick;
          if (tick !== undefined && method !== 'input.release') this.latency.answered(left, tick);
        },
        (fault: RpcError) => this.lost(fault),
      )
      .finally(() => this.flying--);
  }

  // Somebody else took it meanwhile; the topic says so as well, later. A key that the game does not know is
  // no reason to stop.
  private lost(fault: RpcError): void {
    if (fault.code !== codes.busy && fault.code !== codes.forbidden) return;
    this.hands.allow(false);
    this.driving.value = false;
  }

  private handsPorts(): HandsPorts {
    return {
      send: (method: Method, params: unknown) => this.send(method, params as never),
      leave: () => this.release(),
      later: (f, millis) => {
        const id = setTimeout(f, millis);
        return () => clearTimeout(id);
      },
      now: () => performance.now(),
      soon: (f) => this.app.frame.soon(f),
      busy: () => this.flying >= mostFlying,
      system: this.system,
    };
  }

  // What is asked for of the game.
  private wish(visible: boolean): void {
    const asked = qualities[this.quality.value] ?? qualities[''];
    const selected = this.picker.selected.value;
    const wish: Wish = {
      ...asked?.wish,
      fps: Number(this.rate.value) || 30,
      ...(selected.length > 0 && { ids: selected }),
    };
    if (visible && !this.frozen.value && !this.app.view.value.paused) this.stream.follow(wish);
    else this.stream.close();
  }

  private visible = true;

  // Whose the hands are.
  private decide(visible: boolean): void {
    this.visible = visible;
    void this.lease.mine.value;
    void this.viewOnly.value;
    void this.app.conn.value.state;
    this.turn();
  }

  private turn(): void {
    const on =
      this.focused &&
      this.visible &&
      this.lease.mine.peek() &&
      !this.viewOnly.peek() &&
      this.app.conn.peek().state === 'live';
    this.hands.allow(on);
    this.driving.value = on;
  }

  // The status bar says who drives.
  private tell(): void {
    const { status } = this.app;
    const { mine, holder } = this.lease;
    const id = 'control';
    if (this.driving.value)
      status.set({ id, order: 0, tone: 'control', text: 'you have control, keys go to the game · Esc Esc releases' });
    else if (mine.value)
      status.set({ id, order: 0, tone: 'accent', text: 'you have control · click the picture to play' });
    else if (holder.value !== '') status.set({ id, order: 30, tone: 'muted', text: `${holder.value} has control` });
    else status.clear(id);
    if (this.frozen.value)
      status.set({
        id: 'display',
        order: 3,
        tone: 'warn',
        text: 'picture frozen',
        clear: () => (this.frozen.value = false),
        clearLabel: 'Show the game as it goes on',
      });
    else status.clear('display');
  }

  private draw(picture: Picture, sheets: readonly Sheet[]): void {
    drawPicture(this.context, picture, sheets);
  }

  private drawn({ picture, meta, decode, bytes }: Drawn): void {
    const now = performance.now();
    this.meter.drew(now, decode, bytes, meta.lost);
    this.latency.drew(picture.header.tick, now);
    this.show(picture, meta.frame);
    this.app.frame.stir();
  }

  private show(picture: Picture, frame: number): void {
    this.last = picture;
    this.frame = frame;
    const { width, height, fullWidth, fullHeight } = picture.header;
    const old = this.shown.peek();
    if (old?.width !== width || old.height !== height || old.fullWidth !== fullWidth || old.fullHeight !== fullHeight)
      this.shown.value = { width, height, fullWidth, fullHeight };
    this.onDrawn?.();
  }

  // A capture hands out all that it has at once; it is drawn when somebody goes through it. Where the
  // page's cursor is, there is the picture.
  private load(app: App): Player {
    const player = new Player({
      draw: (picture, sheets) => this.draw(picture, sheets),
      stands: ({ picture, meta }, at) => {
        this.show(picture, meta.frame);
        this.place.value = { at, of: player.length };
        app.frame.stir();
      },
    });
    app.rpc.subscribe('display', {
      onBinary: (payload, meta) => {
        player.take(payload as DataView<ArrayBuffer>, meta);
        this.place.value = { at: player.at, of: player.length };
        const f = app.cursor.f.peek();
        if (f !== '' && Number(f) >= meta.frame) player.show(player.length - 1);
        else if (player.length === 1) player.show(0);
      },
      onError: (error) => {
        this.fault.value = error;
      },
    });
    app.cursor.f.subscribe((f) => {
      if (f !== '' && player.length > 0) player.show(player.indexOf(Number(f)));
    });
    return player;
  }

  /** The pictures of a capture follow each other as they did. */
  readonly playing: Signal<boolean> = signal(false);

  play(on: boolean): void {
    const { player } = this;
    if (player === undefined || on === this.playing.peek()) return;
    this.playing.value = on;
    if (!on) {
      this.goTo(player.wanted);
      return;
    }
    const from = player.at >= player.length - 1 ? 0 : player.at;
    const begin = player.of(from)?.meta.time ?? 0;
    const start = performance.now();
    let at = from;
    const step = (): void => {
      if (!this.playing.peek()) return;
      const now = begin + (performance.now() - start) * 1e6;
      while ((player.of(at + 1)?.meta.time ?? Number.POSITIVE_INFINITY) <= now) at++;
      player.show(at);
      if (at >= player.length - 1) this.play(false);
      else this.app.frame.soon(step);
    };
    step();
  }

  /** Goes to a picture of a capture, with the page's cursor. */
  goTo(index: number): void {
    const { player } = this;
    const frame = player?.of(Math.min(Math.max(0, index), player.length - 1))?.meta.frame;
    if (frame !== undefined) this.app.cursor.pinFrame(frame);
  }
}

const displays = new WeakMap<App, Display>();

/** The session's display. */
export function displayOf(app: App): Display {
  let display = displays.get(app);
  if (display === undefined) {
    display = new Display(app);
    displays.set(app, display);
  }
  return display;
}
