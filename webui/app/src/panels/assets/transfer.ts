// Bytes of assets, to the page and to the game.

import type { App } from '../../core/app';
import type { Asset } from './model';

/** A file in memory. */
export interface Bytes {
  data: Uint8Array<ArrayBuffer>;
  mediaType: string;
}

/** Larger files are not fetched whole before somebody asks for that. */
export const mostWhole = 64 << 20;

/** Where a message points to in a text; both from 1. */
export interface Place {
  line: number;
  column: number;
  text: string;
}

/** The game's own words why it does not take an asset. */
export class Refusal extends Error {
  /** What of the message points into the text. */
  readonly places: readonly Place[];

  constructor(message: string) {
    super(message);
    this.name = 'Refusal';
    this.places = placesOf(message);
  }
}

/** Finds `line:column: message` in what a compiler says, line by line; a file's name may stand before. */
export function placesOf(message: string): Place[] {
  const out: Place[] = [];
  for (const row of message.split('\n').slice(0, 200)) {
    const hit = /(?:^|[\s:("'])(\d{1,7}):(\d{1,7}):?\s+(\S.*)$/.exec(row.slice(0, 2000));
    if (hit) out.push({ line: Number(hit[1]), column: Number(hit[2]), text: hit[3] as string });
  }
  return out;
}

/** The path of an asset below the page's own. */
export function pathOf(asset: Asset, rest = ''): string {
  return `asset/${encodeURIComponent(asset.id)}${rest}`;
}

/** What an answer says that is not what was asked for. */
async function words(answer: Response): Promise<string> {
  const text = (await answer.text()).trim().slice(0, 2000);
  return text || `The game answered ${answer.status} ${answer.statusText}`;
}

/** The game will say the same again. */
export class Final extends Error {}

async function refused(answer: Response): Promise<Error> {
  const text = await words(answer);
  return answer.status < 500 ? new Final(text) : new Error(text);
}

/** The bytes of an asset, or the first `most` of them. */
export async function bytesOf(app: App, asset: Asset, most?: number): Promise<Bytes> {
  const headers: Record<string, string> = most === undefined ? {} : { Range: `bytes=0-${most - 1}` };
  const answer = await app.fetch(pathOf(asset), { headers });
  if (!answer.ok) throw await refused(answer);
  const data = new Uint8Array(await answer.arrayBuffer());
  // Not the type of the answer, which is one that no browser shows as a page.
  const mediaType = asset.mediaType.split(';')[0]?.trim() ?? '';
  return { data: most === undefined ? data : data.subarray(0, most), mediaType };
}

/** A PNG that the game makes: of a mip level, or a small one. */
export async function pictureOf(app: App, asset: Asset, rest: string, signal?: AbortSignal): Promise<Blob> {
  const answer = await app.fetch(pathOf(asset, rest), signal ? { signal } : {});
  if (!answer.ok) throw await refused(answer);
  return answer.blob();
}

/** Sends a file to the game in the place of an asset. Resolves to what the game has now. */
export function put(app: App, asset: Asset, bytes: Bytes, onProgress?: (share: number) => void): Promise<Asset> {
  return new Promise((done, fail) => {
    const request = new XMLHttpRequest(); // fetch does not tell how far it is
    request.open('PUT', new URL(pathOf(asset), location.href));
    request.setRequestHeader('Authorization', app.bearer());
    request.setRequestHeader('Content-Type', bytes.mediaType || 'application/octet-stream');
    request.upload.onprogress = ({ loaded, total, lengthComputable }) => {
      if (lengthComputable && total > 0) onProgress?.(loaded / total);
    };
    request.onload = () => {
      if (request.status >= 200 && request.status < 300) done(answered(request.responseText, asset));
      else fail(new Refusal(refusalIn(request.responseText) || `The game answered ${request.status}`));
    };
    request.onerror = () => fail(new Error('The game did not answer: nothing was replaced'));
    request.send(bytes.data);
  });
}

function answered(text: string, asset: Asset): Asset {
  try {
    return { ...asset, ...(JSON.parse(text) as Asset) };
  } catch {
    return asset; // the event brings it
  }
}

/** A refusal is a text, or an error as the socket has it. */
export function refusalIn(text: string): string {
  try {
    const error = JSON.parse(text) as { message?: unknown; error?: { message?: unknown } };
    const message = error.error?.message ?? error.message;
    if (typeof message === 'string') return message.trim();
  } catch {
    // a plain text
  }
  return text.trim().slice(0, 8000);
}
