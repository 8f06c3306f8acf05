// Small charts on a canvas, for data that arrives late: what is drawn is how things stand now.

/** Makes a canvas as large as it is shown, and returns its context, its size, and its colours. */
function ready(canvas) {
  const scale = devicePixelRatio || 1;
  const [width, height] = [canvas.clientWidth, canvas.clientHeight];
  if (canvas.width !== Math.round(width * scale)) canvas.width = Math.round(width * scale);
  if (canvas.height !== Math.round(height * scale)) canvas.height = Math.round(height * scale);
  const c = canvas.getContext('2d');
  c.setTransform(scale, 0, 0, scale, 0, 0);
  c.clearRect(0, 0, width, height);
  return { c, width, height, color: (name) => resolve(canvas, name) };
}

/** A colour of the style sheet as the canvas understands it. */
function resolve(canvas, name) {
  canvas.style.color = `var(${name})`;
  return getComputedStyle(canvas).color;
}

/** A value that holds until the next: points are [seconds, value], oldest first. */
export function drawSteps(canvas, points, now, span, colorName) {
  const { c, width, height, color } = ready(canvas);
  if (points.length === 0) return;
  const values = points.map(([, value]) => value);
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const x = (time) => Math.max(0, width - 6 - ((now - time) / span) * (width - 6));
  const y = (value) => (high === low ? height / 2 : height - 4 - ((value - low) / (high - low)) * (height - 8));
  c.strokeStyle = c.fillStyle = color(colorName);
  c.lineWidth = 1.5;
  c.beginPath();
  c.moveTo(x(points[0][0]), y(values[0]));
  for (let i = 1; i < points.length; i++) {
    c.lineTo(x(points[i][0]), y(values[i - 1]));
    c.lineTo(x(points[i][0]), y(values[i]));
  }
  const end = y(values.at(-1));
  c.lineTo(width - 6, end);
  c.stroke();
  c.beginPath();
  c.arc(width - 6, end, 2.5, 0, 2 * Math.PI);
  c.fill();
}

/** Bars side by side, oldest first: [came, lost] each, the lost part hatched on top. */
export function drawBars(canvas, bars, unit) {
  const { c, width, height, color } = ready(canvas);
  const axis = 44;
  const most = nice(Math.max(10, ...bars.map(([came, lost]) => came + lost)));
  const [top, bottom] = [8, height - 4];
  const tall = (n) => (n / most) * (bottom - top);
  c.font = `11px system-ui, sans-serif`;
  c.textAlign = 'right';
  c.textBaseline = 'middle';
  for (const n of [0, most / 2, most]) {
    const y = Math.round(bottom - tall(n)) + 0.5;
    c.fillStyle = color('--muted');
    c.fillText(`${n}${n === most ? unit : ''}`, axis - 8, y);
    c.fillStyle = color('--line');
    c.fillRect(axis, y, width - axis, 1);
  }
  const step = (width - axis) / bars.length;
  const [plain, warn] = [color('--plain'), hatch(c, color('--warn'))];
  bars.forEach(([came, lost], i) => {
    const [x, wide] = [axis + i * step + 1, Math.max(1, step - 2)];
    c.fillStyle = plain;
    c.fillRect(x, bottom - tall(came), wide, tall(came));
    c.fillStyle = warn;
    c.fillRect(x, bottom - tall(came + lost), wide, tall(lost));
  });
}

/** The least of 1, 2, 5, 10, 20 and so on that is not below n. */
function nice(n) {
  const ten = 10 ** Math.floor(Math.log10(n));
  return [1, 2, 5, 10].map((k) => k * ten).find((k) => k >= n);
}

/** Diagonal lines of a colour. */
function hatch(c, color) {
  const tile = new OffscreenCanvas(6, 6);
  const t = tile.getContext('2d');
  t.strokeStyle = color;
  t.lineWidth = 2;
  for (const shift of [-6, 0, 6]) {
    t.moveTo(shift - 1, 7);
    t.lineTo(shift + 7, -1);
  }
  t.stroke();
  return c.createPattern(tile, 'repeat');
}
