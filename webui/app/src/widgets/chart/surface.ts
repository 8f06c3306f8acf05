// A canvas that is as sharp as the screen and as large as its box.

/** A canvas and its size in CSS px. */
export interface Surface {
  context: CanvasRenderingContext2D;
  width: number;
  height: number;
  /** Stops watching the box. */
  close(): void;
}

/** Makes the canvas follow the size of its parent. `resized` runs after each change, the first time soon. */
export function surface(canvas: HTMLCanvasElement, resized: () => void): Surface {
  const context = canvas.getContext('2d') as CanvasRenderingContext2D;
  const out: Surface = { context, width: 0, height: 0, close: () => observer.disconnect() };
  const size = (): void => {
    const box = canvas.parentElement;
    if (box === null) return;
    const ratio = devicePixelRatio || 1;
    out.width = box.clientWidth;
    out.height = box.clientHeight;
    canvas.style.width = `${out.width}px`;
    canvas.style.height = `${out.height}px`;
    canvas.width = Math.round(out.width * ratio);
    canvas.height = Math.round(out.height * ratio);
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
  };
  const observer = new ResizeObserver(() => {
    size();
    resized();
  });
  if (canvas.parentElement !== null) observer.observe(canvas.parentElement);
  size();
  return out;
}

/** Axis text. */
export const axisFont = '11px system-ui, sans-serif';

/** A vertical line, sharp on whole px. */
export function vertical(c: CanvasRenderingContext2D, x: number, top: number, bottom: number): void {
  const at = Math.round(x) + 0.5;
  c.beginPath();
  c.moveTo(at, top);
  c.lineTo(at, bottom);
  c.stroke();
}

/** A horizontal line, sharp on whole px. */
export function horizontal(c: CanvasRenderingContext2D, y: number, left: number, right: number): void {
  const at = Math.round(y) + 0.5;
  c.beginPath();
  c.moveTo(left, at);
  c.lineTo(right, at);
  c.stroke();
}

/** A label on accent ground, kept between two bounds. */
export function chip(
  c: CanvasRenderingContext2D,
  text: string,
  x: number,
  y: number,
  bounds: readonly [number, number],
  colours: { ground: string; text: string },
): void {
  c.font = axisFont;
  const width = Math.ceil(c.measureText(text).width) + 10;
  const left = Math.min(Math.max(x - width / 2, bounds[0]), bounds[1] - width);
  c.fillStyle = colours.ground;
  c.beginPath();
  c.roundRect(Math.round(left), y, width, 16, 3);
  c.fill();
  c.fillStyle = colours.text;
  c.textAlign = 'center';
  c.textBaseline = 'middle';
  c.fillText(text, Math.round(left) + width / 2, y + 8.5);
}
