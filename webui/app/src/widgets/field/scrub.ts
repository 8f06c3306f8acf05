// Dragging a label to change a number. The pointer is captured, not locked: a lock shows a banner
// in some browsers, and its first movements jump.

/** What a drag drives. T is what begin remembers. */
export interface Scrub<T> {
  enabled(): boolean;
  begin(): T;
  /** @param steps how many steps the drag has come to, a fraction included. */
  move(state: T, steps: number): void;
  end(state: T, cancelled: boolean): void;
  /** A double click. */
  reset(): void;
}

/** Px before a press becomes a drag, and to one step. */
const threshold = 3;
const pixels = 2;

/** Makes an element a handle. Returns its undo. */
export function scrub<T>(el: HTMLElement, target: Scrub<T>): () => void {
  let drag: { id: number; x: number; steps: number; state: T | undefined } | undefined;

  const finish = (cancelled: boolean): void => {
    if (drag === undefined) return;
    const { id, state } = drag;
    drag = undefined;
    if (el.hasPointerCapture?.(id)) el.releasePointerCapture(id);
    window.removeEventListener('keydown', key, true);
    window.removeEventListener('blur', blur);
    if (state !== undefined) target.end(state, cancelled);
  };
  const blur = (): void => finish(false);
  const key = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape') return;
    event.preventDefault();
    event.stopPropagation();
    finish(true);
  };
  const down = (event: PointerEvent): void => {
    if (drag !== undefined) {
      if (event.button === 2) finish(true);
      return;
    }
    if (event.button !== 0 || !target.enabled()) return;
    drag = { id: event.pointerId, x: event.clientX, steps: 0, state: undefined };
    el.setPointerCapture?.(event.pointerId);
    window.addEventListener('keydown', key, true);
    window.addEventListener('blur', blur);
  };
  const move = (event: PointerEvent): void => {
    if (drag === undefined || event.pointerId !== drag.id) return;
    if (event.buttons & 2) {
      finish(true); // a second button is no new pointerdown
      return;
    }
    const way = event.clientX - drag.x;
    if (drag.state === undefined) {
      if (Math.abs(way) < threshold) return;
      drag.state = target.begin();
    }
    drag.x = event.clientX;
    // The factor holds for the way that is gone with the key down, so letting it go does not jump.
    drag.steps += (way / pixels) * (event.shiftKey ? 10 : event.altKey ? 0.1 : 1);
    target.move(drag.state, drag.steps);
  };
  const up = (event: PointerEvent): void => {
    if (drag !== undefined && event.pointerId === drag.id) finish(false);
  };
  const lost = (): void => finish(false);
  const menu = (event: Event): void => {
    if (drag === undefined) return;
    event.preventDefault();
    finish(true);
  };
  const double = (): void => {
    if (target.enabled()) target.reset();
  };

  const listeners: [string, EventListener][] = [
    ['pointerdown', down as EventListener],
    ['pointermove', move as EventListener],
    ['pointerup', up as EventListener],
    ['pointercancel', menu],
    ['lostpointercapture', lost],
    ['contextmenu', menu],
    ['dblclick', double],
  ];
  for (const [name, f] of listeners) el.addEventListener(name, f);
  el.classList.add('scrub');
  return () => {
    finish(false);
    for (const [name, f] of listeners) el.removeEventListener(name, f);
    el.classList.remove('scrub');
  };
}
