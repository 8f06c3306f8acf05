// The assets as the game tells them, and the bytes of those that were looked at.

import { type Signal, signal } from '@preact/signals';
import type { App } from '../../core/app';
import type { Meta } from '../../core/rpc';
import { type Asset, sane } from './model';
import { type Bytes, bytesOf } from './transfer';

/** A version that came while the page looked. */
export interface Change {
  id: string;
  name: string;
  version: number;
  frame: number;
}

const mostChanges = 50;
const fresh = 2; // frames
const mostKept = 96 << 20; // bytes of files that are kept, to show a version beside the one before and to put it back

interface Changes {
  changed: Asset[];
  gone?: string[];
}

/** Follows the assets from the first time that anybody asks. */
export class Assets {
  readonly all = new Map<string, Asset>();
  /** Grows with every change. */
  readonly version: Signal<number> = signal(0);
  /** False until the game has told them. */
  readonly known: Signal<boolean> = signal(false);
  /** What came while the page looked, newest first. */
  readonly changes: Signal<readonly Change[]> = signal([]);
  /** Grows when bytes are to be fetched anew although the version is the same. */
  readonly renewals: Signal<number> = signal(0);
  /** Why the game does not tell them. */
  readonly fault: Signal<string> = signal('');
  private readonly files = new Map<string, Bytes>(); // `id@version`, what was asked for last stands last
  private readonly app: App;
  private told = false; // the version will rise with the next frame

  constructor(app: App) {
    this.app = app;
    if (app.capture !== undefined) return;
    app.rpc.subscribe('assets', {
      onSnapshot: ({ assets }) => this.reset(assets),
      onEvent: (event, meta) => this.take(event, meta),
      onError: (error) => {
        this.fault.value = error.message;
      },
    });
  }

  /** The asset of a name. */
  named(name: string): Asset | undefined {
    for (const asset of this.all.values()) if (asset.name === name) return asset;
    return undefined;
  }

  /** The bytes of an asset's newest version. */
  async bytes(asset: Asset): Promise<Bytes> {
    const key = `${asset.id}@${asset.version}`;
    const kept = this.files.get(key);
    if (kept !== undefined) {
      this.files.delete(key);
      this.files.set(key, kept);
      return kept;
    }
    const bytes = await bytesOf(this.app, asset);
    this.keep(key, bytes);
    return bytes;
  }

  /** Has the bytes of an asset fetched anew: what a game draws all the time has no versions. */
  renew(asset: Asset): void {
    this.files.delete(`${asset.id}@${asset.version}`);
    this.renewals.value++;
  }

  /** The newest version before this one, where its bytes are still here. */
  before(asset: Asset): Bytes | undefined {
    let newest = -1;
    let found: Bytes | undefined;
    for (const [key, bytes] of this.files) {
      const cut = key.lastIndexOf('@');
      const version = Number(key.slice(cut + 1));
      if (key.slice(0, cut) !== asset.id || version >= asset.version || version <= newest) continue;
      newest = version;
      found = bytes;
    }
    return found;
  }

  /** Takes what the game answered, which may come before the event. */
  learn(asset: Asset): void {
    const known = this.all.get(asset.id);
    if (known === undefined || asset.version > known.version) this.set(asset);
  }

  private keep(key: string, bytes: Bytes): void {
    this.files.set(key, bytes);
    let sum = 0;
    for (const { data } of this.files.values()) sum += data.length;
    for (const [old, { data }] of this.files) {
      if (sum <= mostKept || old === key) break;
      this.files.delete(old);
      sum -= data.length;
    }
  }

  private reset(assets: readonly Asset[]): void {
    this.all.clear();
    for (const asset of assets) this.all.set(asset.id, sane(asset));
    this.fault.value = '';
    this.known.value = true;
    this.changed();
  }

  private take({ changed, gone = [] }: Changes, { frame }: Meta): void {
    for (const id of gone) this.all.delete(id);
    for (const asset of changed) {
      const old = this.all.get(asset.id);
      if (old !== undefined && old.version > asset.version) continue; // an answer was faster
      this.all.set(asset.id, sane(asset));
      // Those for which the first state had no room come as events, too.
      const born = old === undefined && frame - asset.frame <= fresh;
      if (born || (old !== undefined && old.version !== asset.version)) this.note(asset, frame);
    }
    this.changed();
  }

  private set(asset: Asset): void {
    this.all.set(asset.id, sane(asset));
    this.note(asset, asset.frame);
    this.changed();
  }

  private note({ id, name, version, frame }: Asset, seen: number): void {
    const one = { id, name, version, frame: frame || seen };
    this.changes.value = [one, ...this.changes.peek()].slice(0, mostChanges);
  }

  // Many come at once where there is a folder: they are drawn together.
  private changed(): void {
    if (this.told) return;
    this.told = true;
    this.app.frame.soon(() => {
      this.told = false;
      this.version.value++;
    });
  }
}

const byApp = new WeakMap<App, Assets>();

/** The page's assets; followed from the first call on. */
export function assetsOf(app: App): Assets {
  let assets = byApp.get(app);
  if (assets === undefined) {
    assets = new Assets(app);
    byApp.set(app, assets);
  }
  return assets;
}
