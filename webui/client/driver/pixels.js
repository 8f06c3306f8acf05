// Two pictures compared as an eye would: by brightness first, by hue less.
//
// The measure is that of Y. Kotsarenko and F. Ramos, "Measuring perceived color difference using YIQ NTSC
// transmission color space in mobile applications", Programación Matemática y Software 2 (2), 2010. Which pixels
// smooth an edge is told as V. Vyšniauskas does, "Anti-aliased Pixel and Intensity Slope Detector", Elektronika ir
// Elektrotechnika 96 (8), 2009.

/** The most that the measure is between any two colors. */
const greatest = 35215;

/**
 * Compares two pictures of the same size.
 * @param {import('./png.js').Pixels} expected
 * @param {import('./png.js').Pixels} actual
 * @param {{threshold?: number, antialias?: boolean, mask?: {x: number, y: number, width: number, height: number}[]}} options
 *   threshold: 0 to 1, how far a pixel may be off, 0.1 unless given; antialias: whether pixels that smooth an edge
 *   count, too; mask: rectangles that do not count
 * @returns {{differ: number, of: number, diff: import('./png.js').Pixels}} how many pixels differ, of how many, and
 *   a picture of it: red where they do, yellow where an edge is smoothed otherwise, the expected one, pale, below
 */
export function compare(expected, actual, { threshold = 0.1, antialias = false, mask = [] } = {}) {
  const { width, height } = expected;
  if (width !== actual.width || height !== actual.height) throw new RangeError('the pictures are not of the same size');
  const limit = greatest * threshold * threshold;
  const masked = maskOf(mask, width, height);
  const diff = { width, height, data: new Uint8Array(width * height * 4) };
  let differ = 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = y * width + x;
      const off = masked?.[at] ? 0 : Math.abs(delta(expected.data, actual.data, 4 * at, 4 * at));
      if (off <= limit) {
        paint(diff.data, at, pale(expected.data, at, masked?.[at]));
      } else if (!antialias && (smooths(expected, actual, x, y) || smooths(actual, expected, x, y))) {
        paint(diff.data, at, [255, 210, 0]);
      } else {
        differ++;
        paint(diff.data, at, [230, 20, 40]);
      }
    }
  }
  return { differ, of: width * height, diff };
}

function maskOf(rectangles, width, height) {
  if (rectangles.length === 0) return null;
  const masked = new Uint8Array(width * height);
  for (const r of rectangles) {
    for (let y = Math.max(0, r.y); y < Math.min(height, r.y + r.height); y++) {
      masked.fill(1, y * width + Math.max(0, r.x), y * width + Math.max(0, Math.min(width, r.x + r.width)));
    }
  }
  return masked;
}

function paint(data, at, [r, g, b]) {
  data[4 * at] = r;
  data[4 * at + 1] = g;
  data[4 * at + 2] = b;
  data[4 * at + 3] = 255;
}

function pale(data, at, masked) {
  const v = Math.round(255 - 0.12 * (255 - brightness(data, 4 * at)));
  return masked ? [v - 24, v - 24, v] : [v, v, v];
}

const over = (channel, alpha) => 255 + (channel - 255) * (alpha / 255); // on white

function brightness(data, i) {
  const a = data[i + 3];
  return 0.29889531 * over(data[i], a) + 0.58662247 * over(data[i + 1], a) + 0.11448223 * over(data[i + 2], a);
}

/** The measure between two pixels, below zero where the second one is darker. */
function delta(one, other, i, j) {
  if (
    one[i] === other[j] &&
    one[i + 1] === other[j + 1] &&
    one[i + 2] === other[j + 2] &&
    one[i + 3] === other[j + 3]
  ) {
    return 0;
  }
  const [a, b] = [one[i + 3], other[j + 3]];
  const red = over(one[i], a) - over(other[j], b);
  const green = over(one[i + 1], a) - over(other[j + 1], b);
  const blue = over(one[i + 2], a) - over(other[j + 2], b);
  const y = 0.29889531 * red + 0.58662247 * green + 0.11448223 * blue;
  const inPhase = 0.59597799 * red - 0.2741761 * green - 0.32180189 * blue;
  const quadrature = 0.21147017 * red - 0.52261711 * green + 0.31114694 * blue;
  const measure = 0.5053 * y * y + 0.299 * inPhase * inPhase + 0.1957 * quadrature * quadrature;
  return y > 0 ? -measure : measure;
}

/**
 * Whether a pixel smooths an edge: it lies between a darker and a brighter neighbour, and one of these belongs to an
 * even area in both pictures.
 */
function smooths(picture, other, x, y) {
  const { width, height, data } = picture;
  const at = y * width + x;
  let same = x === 0 || y === 0 || x === width - 1 || y === height - 1 ? 1 : 0;
  let [dark, bright] = [0, 0];
  let darkest;
  let brightest;
  for (let ny = Math.max(0, y - 1); ny <= Math.min(height - 1, y + 1); ny++) {
    for (let nx = Math.max(0, x - 1); nx <= Math.min(width - 1, x + 1); nx++) {
      if (nx === x && ny === y) continue;
      const d = brightness(data, 4 * (ny * width + nx)) - brightness(data, 4 * at);
      if (d === 0 && ++same > 2) return false;
      if (d < dark) [dark, darkest] = [d, [nx, ny]];
      if (d > bright) [bright, brightest] = [d, [nx, ny]];
    }
  }
  if (!darkest || !brightest) return false;
  return [darkest, brightest].some(([nx, ny]) => even(picture, nx, ny) && even(other, nx, ny));
}

/** Whether a pixel has at least three neighbours that equal it. */
function even({ width, height, data }, x, y) {
  const at = 4 * (y * width + x);
  let same = x === 0 || y === 0 || x === width - 1 || y === height - 1 ? 1 : 0;
  for (let ny = Math.max(0, y - 1); ny <= Math.min(height - 1, y + 1); ny++) {
    for (let nx = Math.max(0, x - 1); nx <= Math.min(width - 1, x + 1); nx++) {
      const i = 4 * (ny * width + nx);
      if (i === at || data[i] !== data[at] || data[i + 1] !== data[at + 1] || data[i + 2] !== data[at + 2]) continue;
      if (data[i + 3] === data[at + 3] && ++same > 2) return true;
    }
  }
  return false;
}
