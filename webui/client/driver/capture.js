// Files .scry (PROTOCOL.md, "Files"): gzip of a line and of records. A capture of the game gets one more record,
// named test, which tells of the test that failed.

import { join, pack, unpack } from './bytes.js';

const magic = new TextEncoder().encode('SCRY1\n');
const kindMeta = 0;
const kindSnapshot = 1;
const maxBytes = 1 << 30;

/**
 * A file with the record `test`: the game's capture with it, or where there is none, a file of nothing else.
 * @param {Uint8Array | null} capture as GET /capture/flight has it
 * @param {object} test becomes the record's JSON
 * @param {object} meta of a file without a capture
 */
export async function withTest(capture, test, meta) {
  let records;
  if (capture) {
    records = await unpack(capture, 'gzip', maxBytes);
    if (!magic.every((b, i) => records[i] === b))
      throw new Error('the game answered with something that is no capture');
  } else {
    records = join([magic, record(kindMeta, 'meta', { version: 1, ...meta })]);
  }
  return pack(join([records, record(kindSnapshot, 'test', test)]), 'gzip');
}

function record(kind, name, value) {
  const head = new TextEncoder().encode(name);
  const body = new TextEncoder().encode(JSON.stringify(value));
  const out = new Uint8Array(8 + head.length + body.length);
  out[0] = kind;
  out[1] = head.length;
  new DataView(out.buffer).setUint32(4, body.length, true);
  out.set(head, 8);
  out.set(body, 8 + head.length);
  return out;
}

/**
 * The JSON records of a file, by name; of several with the same name the last. For tests, and for who wants to look
 * into a file without the dashboard.
 * @returns {Promise<Record<string, unknown>>}
 */
export async function read(file) {
  const bytes = await unpack(file, 'gzip', maxBytes);
  if (!magic.every((b, i) => bytes[i] === b)) throw new Error('this is no capture');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const found = {};
  for (let at = magic.length; at + 8 <= bytes.length; ) {
    const [kind, long, size] = [bytes[at], bytes[at + 1], view.getUint32(at + 4, true)];
    const body = at + 8 + long;
    if (kind <= kindSnapshot) {
      const name = new TextDecoder().decode(bytes.subarray(at + 8, body));
      found[name] = JSON.parse(new TextDecoder().decode(bytes.subarray(body, body + size)));
    }
    at = body + size;
  }
  return found;
}
