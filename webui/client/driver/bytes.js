// Bytes: base64, and the streams that pack and unpack. What hosts have in common: browsers and Node 20.

/** @param {string} text base64 */
export function fromBase64(text) {
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i++) bytes[i] = binary.charCodeAt(i);
  return bytes;
}

/** @param {Uint8Array} bytes */
export function toBase64(bytes) {
  const parts = [];
  for (let at = 0; at < bytes.length; at += 0x8000) {
    parts.push(String.fromCharCode(...bytes.subarray(at, at + 0x8000)));
  }
  return btoa(parts.join(''));
}

/** @param {'gzip' | 'deflate'} format deflate is zlib's, with its head and checksum */
export function pack(bytes, format) {
  return through(bytes, new CompressionStream(format));
}

/** Unpacks at most `limit` bytes: what comes in may have been made to fill the memory. */
export function unpack(bytes, format, limit) {
  return through(bytes, new DecompressionStream(format), limit);
}

async function through(bytes, stream, limit = Number.POSITIVE_INFINITY) {
  const writer = stream.writable.getWriter();
  // What goes wrong on the way in is told by the way out, too.
  const written = writer.write(bytes).then(() => writer.close());
  written.catch(() => {});
  const parts = [];
  let size = 0;
  const reader = stream.readable.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    size += value.length;
    if (size > limit) {
      reader.cancel().catch(() => {});
      throw new RangeError(`it holds more than ${limit} bytes`);
    }
    parts.push(value);
  }
  await written;
  return join(parts, size);
}

/** Several pieces as one. */
export function join(parts, size = parts.reduce((n, part) => n + part.length, 0)) {
  if (parts.length === 1) return parts[0];
  const all = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
