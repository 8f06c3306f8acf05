// All that a person's hands do, while it is the game's. Whatever ends that (another window, another
// tab, the lease, the connection) lets go of everything, once.

import { Keyboard, type KeyboardPorts, type Stroke } from './keyboard';
import { type Pad, type PadParams, Pads } from './pads';
import { type PointerEventParams, type PointerPorts, Pointers, type Spot, type TouchParams } from './pointer';

export interface HandsPorts
  extends Pick<KeyboardPorts, 'leave' | 'later' | 'now' | 'system'>,
    Pick<PointerPorts, 'soon' | 'busy'> {
  send(method: 'input.key', params: { code: string; down: boolean }): void;
  send(method: 'input.text', params: { text: string }): void;
  send(method: 'input.pointer', params: PointerEventParams): void;
  send(method: 'input.wheel', params: Spot): void;
  send(method: 'input.touch', params: TouchParams): void;
  send(method: 'input.gamepad', params: PadParams): void;
  /** Lets go of all that this client holds. */
  send(method: 'input.release', params: Record<string, never>): void;
}

const mostText = 1000; // characters at once

export class Hands {
  readonly pointers: Pointers;
  readonly pads = new Pads();
  private readonly keyboard: Keyboard;
  private readonly ports: HandsPorts;
  private on = false;
  private told = false; // something since the last release

  constructor(ports: HandsPorts) {
    this.ports = ports;
    const { leave, later, now, system, soon, busy } = ports;
    const send = ((method: 'input.text', params: { text: string }) => {
      this.told = true;
      ports.send(method, params);
    }) as HandsPorts['send'];
    this.keyboard = new Keyboard({
      key: (code, down) => {
        this.pointers.flush(); // a key is meant where the mouse is
        send('input.key', { code, down });
      },
      text: (text) => send('input.text', { text }),
      leave: () => leave(),
      later,
      now,
      system,
    });
    this.pointers = new Pointers({
      pointer: (params) => send('input.pointer', params),
      wheel: (x, y) => send('input.wheel', { x, y }),
      touch: (params) => send('input.touch', params),
      soon: (f) => soon(() => this.on && f()),
      busy,
    });
    this.sendPad = (params) => send('input.gamepad', params);
  }

  private readonly sendPad: (params: PadParams) => void;

  /** Whether what the hands do is the game's. */
  get active(): boolean {
    return this.on;
  }

  /** Codes of keys that are down. */
  get keys(): ReadonlySet<string> {
    return this.keyboard.held;
  }

  /** Gives the hands to the game, or takes them away; then everything is let go of. */
  allow(on: boolean): void {
    if (on === this.on) return;
    this.on = on;
    if (on) return;
    this.letGo();
  }

  /** Lets go of everything. */
  letGo(): void {
    this.keyboard.forget();
    this.pointers.forget();
    this.pads.forget();
    if (!this.told) return;
    this.told = false;
    this.ports.send('input.release', {});
  }

  /** Reports whether the browser is to do nothing of its own with the key. */
  keyDown(e: Stroke): boolean {
    return this.on && this.keyboard.down(e);
  }

  keyUp(e: Stroke): boolean {
    if (this.on) this.keyboard.up(e);
    return this.on;
  }

  /** Text that was typed, composed or pasted. */
  text(text: string): void {
    if (!this.on || text === '') return;
    this.told = true;
    this.ports.send('input.text', { text: text.slice(0, mostText) });
  }

  /** The mouse is somewhere, with these buttons down. */
  mouse(at: Spot, mask: number, by?: Spot): void {
    if (!this.on) return;
    const { at: before } = this.pointers;
    if (by !== undefined || before === undefined || before.x !== at.x || before.y !== at.y) this.pointers.move(at, by);
    this.pointers.buttons(mask, at);
  }

  wheel(x: number, y: number): void {
    if (this.on) this.pointers.wheel(x, y);
  }

  touch(pointer: number, phase: TouchParams['phase'], at: Spot): void {
    if (this.on) this.pointers.touch(pointer, phase, at);
  }

  /** Looks at the gamepads. */
  poll(pads: readonly (Pad | null)[]): void {
    if (!this.on) return;
    for (const params of this.pads.changes(pads)) this.sendPad(params);
  }
}
