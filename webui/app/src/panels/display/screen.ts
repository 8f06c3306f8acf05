// The picture as a widget: the canvas, what is marked over it, and the element that has the keyboard.

import { effect } from '@preact/signals';
import { type Place, place, toDisplay, type Zoom } from './layout';
import { nowhere, overlay } from './marks';
import type { Display } from './model';
import { Locked, type Spot, wheelPixels } from './pointer';

const rim = 2; // px around the picture for its frame

/** Shows the picture and takes what a person does to it. */
export class Screen {
  readonly el = document.createElement('div');
  private readonly frame = document.createElement('div');
  private readonly marks = document.createElement('canvas');
  private readonly keys = document.createElement('textarea');
  private readonly display: Display;
  private readonly off: (() => void)[] = [];
  private readonly locked = new Locked();
  private begun = false; // buttons went down on the picture, not elsewhere
  private placed: Place | undefined;
  private ratio = 0;

  constructor(display: Display) {
    this.display = display;
    this.el.className = 'display-stage';
    this.frame.className = 'display-frame';
    display.canvas.className = 'display-canvas';
    this.marks.className = 'display-marks';
    this.prepareKeys();
    this.frame.append(display.canvas, this.marks, this.keys);
    this.el.append(this.frame);
    const observer = new ResizeObserver(() => this.place());
    observer.observe(this.el);
    const { app } = display;
    const poll = (): void => this.poll();
    this.off.push(
      () => observer.disconnect(),
      app.frame.onDraw(this.draw, { rate: 60 }),
      app.frame.onDraw(poll, { rate: 60 }),
      app.theme.onChange(() => app.frame.invalidate(this.draw, true)),
      effect(() => {
        void display.zoom.value;
        void display.shown.value;
        this.place();
      }),
      effect(() => {
        const on = display.driving.value;
        this.frame.classList.toggle('driving', on);

        this.keys.readOnly = !on || display.system === 'mac';
        if (on) app.frame.invalidate(poll, true);
        else if (document.pointerLockElement === this.frame) document.exitPointerLock();
      }),
      effect(() => {
        void display.picker.selected.value;
        void display.picker.entity.value;
        app.frame.invalidate(this.draw, true);
      }),
    );
    this.pollSelf = poll;
    display.onDrawn = () => app.frame.invalidate(this.draw, true);
    display.onTaken = () => this.keys.focus({ preventScroll: true });
    this.listen();
    this.off.push(display.start());
  }

  private readonly pollSelf: () => void;

  dispose(): void {
    this.display.onDrawn = this.display.onTaken = undefined;
    this.display.focus(false);
    if (document.pointerLockElement === this.frame) document.exitPointerLock();
    for (const f of this.off) f();
    this.el.remove();
  }

  /** The picture gets the keyboard. */
  focus(): void {
    this.keys.focus({ preventScroll: true });
  }

  /** Keeps the pointer in the picture: the game is told how far it moved. */
  async lock(): Promise<void> {
    this.focus();
    const ask = this.frame.requestPointerLock.bind(this.frame) as (o?: object) => Promise<void> | undefined;
    try {
      await ask({ unadjustedMovement: true });
    } catch {
      await Promise.resolve(ask()).catch((fault: Error) => this.display.app.toast(fault.message, 'bad'));
    }
  }

  // Keys are text to the browser only where an element takes text. It takes none while the keys are the
  // page's; nor on a Mac, which would offer accents while a key is held.
  private prepareKeys(): void {
    const { keys } = this;
    keys.className = 'display-keys';
    keys.rows = 1;
    keys.spellcheck = false;
    keys.autocapitalize = keys.autocomplete = 'off';
    keys.setAttribute('autocorrect', 'off');
    keys.setAttribute('aria-label', 'Picture of the game');
    keys.setAttribute('aria-describedby', 'display-keys-help');
    keys.readOnly = true;
    if (matchMedia('(pointer: coarse)').matches) keys.inputMode = 'none';
  }

  private place(): void {
    const { display } = this;
    const shown = display.shown.peek();
    const box = { width: this.el.clientWidth - 2 * rim, height: this.el.clientHeight - 2 * rim };
    if (shown === undefined || box.width <= 0 || box.height <= 0) return;
    const ratio = devicePixelRatio || 1;
    const zoom = display.zoom.peek() as Zoom;
    const p = place({ width: shown.fullWidth, height: shown.fullHeight }, box, zoom, ratio);
    this.placed = p;
    this.ratio = ratio;
    const { style } = this.frame;
    style.left = `${p.left + rim}px`;
    style.top = `${p.top + rim}px`;
    style.width = `${p.width}px`;
    style.height = `${p.height}px`;
    // A picture that is sent smaller is shown as large, and smooth.
    const exact = shown.width === shown.fullWidth && Number.isInteger(p.factor);
    this.display.canvas.style.imageRendering = exact ? 'pixelated' : 'auto';
    display.corner.value = { left: p.left, top: p.top };
    this.frame.dataset.factor = String(Math.round(p.factor * 1000) / 1000);
    this.marks.width = Math.round(p.width * ratio);
    this.marks.height = Math.round(p.height * ratio);
    display.app.frame.invalidate(this.draw, true);
  }

  /** Css px for one pixel of the display. */
  private get scale(): number {
    return (this.placed?.factor ?? 1) / (this.ratio || 1);
  }

  private readonly draw = (): void => {
    if (this.ratio !== (devicePixelRatio || 1) && this.ratio !== 0) this.place(); // another screen, or the page was zoomed
    const c = this.marks.getContext('2d');
    if (c === null || this.placed === undefined) return;
    overlay(c, this.display, this.scale, this.ratio);
  };

  private poll(): void {
    const { display } = this;
    if (!display.driving.peek()) return;
    display.hands.poll(navigator.getGamepads?.() ?? []);
    display.app.frame.invalidate(this.pollSelf, true);
  }

  private at(event: MouseEvent): Spot {
    const shown = this.display.shown.peek();
    const full = shown === undefined ? nowhere : { width: shown.fullWidth, height: shown.fullHeight };
    return toDisplay({ x: event.clientX, y: event.clientY }, this.frame.getBoundingClientRect(), full);
  }

  private listen(): void {
    const { frame, keys, display } = this;
    const on = <K extends keyof HTMLElementEventMap>(name: K, f: (e: HTMLElementEventMap[K]) => void): void =>
      frame.addEventListener(name, f, { passive: false });
    on('pointerdown', (e) => this.down(e));
    on('pointermove', (e) => this.move(e));
    on('pointerup', (e) => this.up(e));
    on('pointercancel', (e) => this.gone(e));
    on('pointerleave', () => {
      if (!display.picker.dragging) display.probe.value = undefined;
    });
    on('lostpointercapture', (e) => {
      if (e.pointerType !== 'touch' && display.driving.peek()) display.hands.mouse(this.at(e), this.buttons(e));
    });
    on('wheel', (e) => {
      if (!display.driving.peek()) return;
      e.preventDefault();
      display.hands.wheel(wheelPixels(e.deltaX, e.deltaMode), wheelPixels(e.deltaY, e.deltaMode));
    });
    on('contextmenu', (e) => {
      if (display.driving.peek()) e.preventDefault();
    });
    on('auxclick', (e) => e.preventDefault());
    on('dragstart', (e) => e.preventDefault());
    keys.addEventListener('focus', () => display.focus(document.hasFocus()));
    keys.addEventListener('blur', () => display.focus(false));
    this.listenKeys(keys);
    const locked = (): void => {
      const now = document.pointerLockElement === frame;
      if (now) this.locked.begin(performance.now());
      display.lock(now);
    };
    document.addEventListener('pointerlockchange', locked);
    this.off.push(() => document.removeEventListener('pointerlockchange', locked));
  }

  private listenKeys(keys: HTMLTextAreaElement): void {
    const { display } = this;
    const { hands } = display;
    keys.addEventListener('keydown', (e) => {
      if (e.key === 'Escape' && display.picker.cancel()) {
        e.preventDefault();
        e.stopPropagation();
        return;
      }
      if (!hands.active) return; // the keys are the page's
      e.stopPropagation();
      if (hands.keyDown(e)) e.preventDefault();
    });
    keys.addEventListener('keyup', (e) => {
      if (!hands.keyUp(e)) return;
      e.stopPropagation();
      e.preventDefault();
    });
    keys.addEventListener('beforeinput', (e) => {
      if (e.isComposing) return;
      e.preventDefault();
      if (e.inputType.startsWith('insert')) hands.text(e.data ?? e.dataTransfer?.getData('text/plain') ?? '');
    });
    keys.addEventListener('compositionend', (e) => {
      hands.text(e.data);
      keys.value = '';
    });
    keys.addEventListener('input', (e) => {
      if (!(e as InputEvent).isComposing) keys.value = '';
    });
  }

  private down(e: PointerEvent): void {
    e.preventDefault(); // or the browser would give the focus to what lies behind
    this.focus();
    const { display } = this;
    const at = this.at(e);
    if (!this.playing()) {
      if (e.button !== 0) return;
      this.frame.setPointerCapture(e.pointerId);
      display.picker.down(at, this.scale);
      return;
    }
    this.begun = true;
    if (e.pointerType === 'touch') display.hands.touch(e.pointerId, 'start', at);
    else display.hands.mouse(at, this.buttons(e));
    if (!display.isLocked) this.frame.setPointerCapture(e.pointerId);
  }

  private move(e: PointerEvent): void {
    const { display } = this;
    const at = this.at(e);
    display.probe.value = { x: Math.floor(at.x), y: Math.floor(at.y) };
    if (!this.playing()) {
      display.picker.move(at, this.scale);
      return;
    }
    if (e.pointerType === 'touch') display.hands.touch(e.pointerId, 'move', at);
    else if (display.isLocked) this.moveLocked(e);
    else display.hands.mouse(at, this.buttons(e));
  }

  // A drag that comes in from elsewhere presses nothing here.
  private buttons(e: PointerEvent): number {
    if (e.buttons === 0) this.begun = false;
    return this.begun ? e.buttons : 0;
  }

  private moveLocked(e: PointerEvent): void {
    const { display, scale } = this;
    const { hands } = display;
    const shown = display.shown.peek();
    if (shown === undefined) return;
    const before = hands.pointers.at ?? { x: shown.fullWidth / 2, y: shown.fullHeight / 2 };
    const by = this.locked.take(e.movementX / scale, e.movementY / scale, performance.now());
    if (by === undefined) {
      hands.mouse(before, this.buttons(e));
      return;
    }
    const within = (x: number, most: number): number => Math.min(Math.max(x, 0), most - 1);
    hands.mouse(
      { x: within(before.x + by.x, shown.fullWidth), y: within(before.y + by.y, shown.fullHeight) },
      this.buttons(e),
      by,
    );
  }

  private up(e: PointerEvent): void {
    const { display } = this;
    if (e.pointerType === 'touch') display.hands.touch(e.pointerId, 'end', this.at(e));
    else if (this.playing())
      display.hands.mouse(display.isLocked ? (display.hands.pointers.at ?? this.at(e)) : this.at(e), this.buttons(e));
    else void display.picker.up(this.scale);
  }

  private gone(e: PointerEvent): void {
    if (e.pointerType === 'touch') this.display.hands.touch(e.pointerId, 'end', this.at(e));
    this.display.picker.cancel();
  }

  // The pointer is the game's, unless somebody picks with it.
  private playing(): boolean {
    return this.display.driving.peek() && !this.display.picking.peek();
  }
}
