// What can be done with an asset beside looking at it and replacing it.

import type { App } from '../../core/app';
import { copyText, downloadBlob } from '../../core/clipboard';
import { type Asset, split } from './model';
import { assetsOf } from './store';
import { bytesOf, mostWhole } from './transfer';

/** A file name that every system takes, for a name that the game chose. */
export function fileName(name: string): string {
  // \p{C}: what controls, and what turns the direction of writing, so that no end hides another.
  const clean = split(name)
    .base.replace(/[\p{C}<>:"/\\|?*]/gu, '_')
    .replace(/^\.+|[. ]+$/g, '');
  return clean.slice(-120) || 'asset';
}

/** Downloads the newest version. */
export async function saveAsset(app: App, asset: Asset): Promise<void> {
  try {
    const { data, mediaType } = asset.bytes > mostWhole ? await bytesOf(app, asset) : await assetsOf(app).bytes(asset);
    // Not as its own type: a page of the browser must not come of it.
    downloadBlob(fileName(asset.name), new Blob([data], { type: safeType(mediaType) }));
  } catch (fault) {
    app.toast(fault instanceof Error ? fault.message : String(fault), 'bad');
  }
}

function safeType(mediaType: string): string {
  return /^(image\/(png|jpeg|gif|webp)|audio\/|font\/)/.test(mediaType) ? mediaType : 'application/octet-stream';
}

/** Puts the name on the clipboard. */
export function copyName(app: App, asset: Asset): void {
  if (copyText(asset.name)) app.toast('Name copied');
  else app.toast('The browser did not let this page copy', 'bad');
}
