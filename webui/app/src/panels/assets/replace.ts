// An asset is replaced by a file, or by a text that is being written; and put back.

import { type Signal, signal } from '@preact/signals';
import type { App } from '../../core/app';
import { bytes as size, text } from '../../core/units';
import { type Asset, split } from './model';
import { assetsOf } from './store';
import { type Bytes, type Place, put, Refusal } from './transfer';

/** Where a replacement stands. */
export interface Sending {
  state: 'sending' | 'refused';
  /** Name of the file. */
  file: string;
  /** 0..1 */
  share: number;
  /** Why it was refused. */
  reason: string;
  places: readonly Place[];
}

/** A file that is larger is not sent. */
const mostSent = 256 << 20;

const byApp = new WeakMap<App, Signal<ReadonlyMap<string, Sending>>>();

/** What is on its way to the game, or was refused, by the asset's id. */
export function sendings(app: App): Signal<ReadonlyMap<string, Sending>> {
  let all = byApp.get(app);
  if (all === undefined) {
    all = signal<ReadonlyMap<string, Sending>>(new Map());
    byApp.set(app, all);
  }
  return all;
}

function note(app: App, asset: Asset, sending: Sending | undefined): void {
  const all = sendings(app);
  const next = new Map(all.peek());
  if (sending === undefined) next.delete(asset.id);
  else next.set(asset.id, sending);
  all.value = next;
}

/** Takes away what is said of a refusal. */
export function dismiss(app: App, asset: Asset): void {
  note(app, asset, undefined);
}

/** Why an asset cannot be replaced by this person; empty when it can. */
export function barred(app: App, asset: Asset): string {
  if (app.capture !== undefined) return 'A capture stands still';
  if (app.conn.value.state !== 'live') return 'The game is not there';
  if (app.me.value?.role === 'view') return 'Your role may look only';
  if (!asset.replace) return 'The game bound it without a way to replace it';
  return '';
}

/** Replaces an asset by a file and offers to put the old one back. */
export async function replaceBy(app: App, asset: Asset, file: File): Promise<void> {
  if (file.size > mostSent) {
    app.toast(`${file.name} has ${text(size(file.size))}: more than this page sends`, 'bad');
    return;
  }
  const data = new Uint8Array(await file.arrayBuffer());
  await replace(app, asset, { data, mediaType: file.type || asset.mediaType }, file.name);
}

/** Replaces an asset. The old bytes are fetched before, so that they can be put back. */
async function replace(app: App, asset: Asset, bytes: Bytes, file: string): Promise<void> {
  const old = await assetsOf(app)
    .bytes(asset)
    .catch(() => undefined);
  if (await send(app, asset, bytes, file)) {
    const back = old && {
      label: 'Undo',
      run: () => void putBack(app, asset, old),
    };
    app.toast(`${split(asset.name).base} was replaced by ${file}`, 'good', back);
  }
}

async function putBack(app: App, asset: Asset, old: Bytes): Promise<void> {
  const now = assetsOf(app).all.get(asset.id) ?? asset;
  if (await send(app, now, old, 'the version before'))
    app.toast(`${split(asset.name).base} is as it was before`, 'good');
}

/** Sends bytes in the place of an asset; what comes of it is said beside the asset. Reports whether they were taken. */
export async function send(app: App, asset: Asset, bytes: Bytes, file: string): Promise<boolean> {
  const sending: Sending = { state: 'sending', file, share: 0, reason: '', places: [] };
  note(app, asset, sending);
  try {
    const now = await put(app, asset, bytes, (share) => note(app, asset, { ...sending, share }));
    note(app, asset, undefined);
    assetsOf(app).learn(now);
    return true;
  } catch (fault) {
    const reason = fault instanceof Error ? fault.message : String(fault);
    const places = fault instanceof Refusal ? fault.places : [];
    note(app, asset, { ...sending, state: 'refused', reason, places });
    return false;
  }
}

/** Lets the person choose the file. */
export function chooseFile(app: App, asset: Asset): void {
  const input = document.createElement('input');
  input.type = 'file';
  input.accept = acceptOf(asset);
  input.addEventListener('change', () => {
    const file = input.files?.[0];
    if (file !== undefined) void replaceBy(app, asset, file);
  });
  input.click();
}

// What the browser's dialog offers first; everything else can be chosen all the same.
function acceptOf({ kind, name }: Asset): string {
  const end = /\.[a-z0-9]{1,8}$/i.exec(name)?.[0];
  const wide = { image: 'image/*', sound: 'audio/*' }[kind as string];
  return [wide, end].filter(Boolean).join(',');
}
