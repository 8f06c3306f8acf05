// When two values are the same.

/** Whether two values are equal all the way down: NaN equals itself, and the order of keys does not count. */
export function equal(a, b) {
  return compare(a, b, false);
}

/** Whether a value has at least what another says: of objects the members named, of arrays each element. */
export function includes(value, part) {
  return compare(value, part, true);
}

function compare(a, b, partly) {
  if (Object.is(a, b)) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return a === b; // 0 and -0
  if (Object.getPrototypeOf(a) !== Object.getPrototypeOf(b) && !partly) return false;
  if (Array.isArray(a) || ArrayBuffer.isView(a)) return lists(a, b, partly);
  if (a instanceof Date) return b instanceof Date && a.getTime() === b.getTime();
  if (a instanceof RegExp) return String(a) === String(b);
  if (a instanceof Set) return b instanceof Set && a.size === b.size && [...a].every((x) => b.has(x));
  if (a instanceof Map) {
    return b instanceof Map && a.size === b.size && [...a].every(([k, v]) => b.has(k) && compare(v, b.get(k), partly));
  }
  const keys = Object.keys(b);
  if (!partly && keys.length !== Object.keys(a).length) return false;
  return keys.every((k) => Object.hasOwn(a, k) && compare(a[k], b[k], partly));
}

function lists(a, b, partly) {
  const same = Array.isArray(a) === Array.isArray(b) && a.length === b.length;
  return same && Array.prototype.every.call(a, (x, i) => compare(x, b[i], partly));
}

/**
 * Where two values part, for a message: the first places that differ, as JSON pointers.
 * @returns {string[]} at most `most` lines
 */
export function differences(expected, actual, most = 6, at = '') {
  if (equal(expected, actual)) return [];
  const inside = (v) => typeof v === 'object' && v !== null && !ArrayBuffer.isView(v);
  if (!inside(expected) || !inside(actual)) return at === '' ? [] : [at];
  const lines = [];
  for (const key of new Set([...Object.keys(expected), ...Object.keys(actual)])) {
    if (lines.length >= most) break;
    lines.push(...differences(expected[key], actual[key], most - lines.length, `${at}/${key}`));
  }
  return lines;
}
