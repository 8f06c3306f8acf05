// Mouse, pen, wheel and touches as the game is to see them: in pixels of its display, moves gathered
// until the next frame of the page, and never behind a button that came after them.

/** A place of the display, px. */
export interface Spot {
  x: number;
  y: number;
}

/** What `input.pointer` takes. */
export interface PointerEventParams extends Spot {
  button?: number;
  down?: boolean;
  dx?: number;
  dy?: number;
}

/** What `input.touch` takes. */
export interface TouchParams extends Spot {
  id: number;
  phase: 'start' | 'move' | 'end';
}

export interface PointerPorts {
  pointer(params: PointerEventParams): void;
  /** In notches: to the right, and up. */
  wheel(x: number, y: number): void;
  touch(params: TouchParams): void;
  /** Runs f once, with the next frame of the page. */
  soon(f: () => void): void;
  /** Reports whether moves are to wait: those before are still on their way. */
  busy(): boolean;
}

/** Bits of `buttons`, by the number of the button. */
const bits = [1, 4, 2, 8, 16];
const line = 16; // px of a line that a wheel scrolls by
const page = 400; // px of a page
const notch = 100; // px

/** Px of a wheel's turn, which some browsers count in lines or pages. */
export function wheelPixels(delta: number, mode: number): number {
  return mode === 1 ? delta * line : mode === 2 ? delta * page : delta;
}

/** What of the pointers is down, and where they are. */
export class Pointers {
  /** Buttons that the game was told are down. */
  readonly held = new Set<number>();
  /** Where the mouse is; undefined until it was over the picture. */
  at: Spot | undefined;
  private readonly ports: PointerPorts;
  private readonly touches = new Map<number, { id: number; at: Spot; moved: boolean }>(); // by the browser's id
  private moved = false;
  private by: Spot = { x: 0, y: 0 }; // moved since the last told, where the pointer is locked
  private turned: Spot = { x: 0, y: 0 };
  private asked = false;

  constructor(ports: PointerPorts) {
    this.ports = ports;
  }

  /** Fingers on the picture. */
  get fingers(): number {
    return this.touches.size;
  }

  /** The mouse moved. */
  move(at: Spot, by?: Spot): void {
    this.at = at;
    this.moved = true;
    if (by !== undefined) this.by = { x: this.by.x + by.x, y: this.by.y + by.y };
    this.later();
  }

  /** Buttons as the browser says they are now, one bit each: what was not heard is made up for. */
  buttons(mask: number, at: Spot): void {
    bits.forEach((bit, button) => {
      const down = (mask & bit) !== 0;
      if (down === this.held.has(button)) return;
      this.flush();
      this.at = at;
      if (down) this.held.add(button);
      else this.held.delete(button);
      this.ports.pointer({ ...at, button, down });
    });
  }

  /** The wheel turned by so many px. */
  wheel(x: number, y: number): void {
    this.turned = { x: this.turned.x + x, y: this.turned.y + y };
    this.later();
  }

  touch(pointer: number, phase: TouchParams['phase'], at: Spot): void {
    const known = this.touches.get(pointer);
    if (phase === 'move') {
      if (known === undefined) return;
      Object.assign(known, { at, moved: true });
      this.later();
      return;
    }
    if ((phase === 'start') === (known !== undefined)) return;
    this.flush();
    const id = known?.id ?? this.free();
    if (phase === 'start') this.touches.set(pointer, { id, at, moved: false });
    else this.touches.delete(pointer);
    this.ports.touch({ id, ...at, phase });
  }

  /** Tells at once what was gathered. */
  flush(): void {
    if (this.moved && this.at !== undefined) {
      const locked = this.by.x !== 0 || this.by.y !== 0;
      this.ports.pointer({ ...this.at, ...(locked && { dx: this.by.x, dy: this.by.y }) });
    }
    for (const touch of this.touches.values()) {
      if (touch.moved) this.ports.touch({ id: touch.id, ...touch.at, phase: 'move' });
      touch.moved = false;
    }
    const { x, y } = this.turned;
    if (x !== 0 || y !== 0) this.ports.wheel(x / notch, -y / notch);
    this.drop();
  }

  /** Forgets what is down and what was gathered: the game was told by another way. */
  forget(): void {
    this.held.clear();
    this.touches.clear();
    this.drop();
  }

  private drop(): void {
    this.moved = false;
    this.by = { x: 0, y: 0 };
    this.turned = { x: 0, y: 0 };
  }

  private later(): void {
    if (this.asked) return;
    this.asked = true;
    this.ports.soon(() => {
      this.asked = false;
      if (this.ports.busy()) this.later();
      else this.flush();
    });
  }

  // Games know fingers by small numbers.
  private free(): number {
    const used = new Set([...this.touches.values()].map((t) => t.id));
    let id = 0;
    while (used.has(id)) id++;
    return id;
  }
}

const settling = 150; // ms after the pointer was locked
const leap = 120; // px in one event

/** What the mouse moved while it is locked, without the leaps that browsers report just after locking. */
export class Locked {
  private since = 0;
  private first = true;

  /** @param now ms */
  begin(now: number): void {
    this.since = now;
    this.first = true;
  }

  take(dx: number, dy: number, now: number): Spot | undefined {
    const fresh = this.first || now - this.since < settling;
    this.first = false;
    if (fresh && Math.hypot(dx, dy) > leap) return undefined;
    return dx === 0 && dy === 0 ? undefined : { x: dx, y: dy };
  }
}
