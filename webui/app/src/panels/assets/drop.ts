// Files that are dragged onto the panel: on a tile, a row or the viewer they replace its asset; anywhere
// else those whose name is an asset's do. Captures go on to the page, which opens them.

import type { App } from '../../core/app';
import { many } from '../../core/units';
import { type Asset, split } from './model';
import { barred, replaceBy } from './replace';

/** Where a file would go. */
export interface Target {
  asset: Asset;
  /** What is marked while the file is over it. */
  el: Element;
}

interface Ports {
  app: App;
  /** What lies under the pointer. */
  at(event: DragEvent): Target | undefined;
  /** All assets, to find one by a file's name. */
  all(): Iterable<Asset>;
}

/** The assets that files are meant for by their names: those of which just one is called so. */
export function pairs<F extends { name: string }>(
  files: readonly F[],
  assets: Iterable<Asset>,
): { file: F; asset: Asset }[] {
  const byBase = new Map<string, Asset | null>();
  for (const asset of assets) {
    const { base } = split(asset.name);
    byBase.set(base, byBase.has(base) ? null : asset); // two of one name: neither is meant
  }
  return files.flatMap((file) => {
    const asset = byBase.get(file.name);
    return asset ? [{ file, asset }] : [];
  });
}

/** Takes what is dropped on an element. Returns its undo. */
export function takeFiles(host: HTMLElement, ports: Ports): () => void {
  let marked: Element | undefined;
  const mark = (el: Element | undefined, fits: boolean): void => {
    if (marked !== el) marked?.removeAttribute('data-drop');
    marked = el;
    el?.setAttribute('data-drop', fits ? 'yes' : 'no');
  };
  const over = (event: DragEvent): void => {
    if (!event.dataTransfer?.types.includes('Files')) return;
    event.preventDefault(); // or the browser would leave the page for the file
    event.stopPropagation();
    document.documentElement.classList.remove('dropping');
    const target = ports.at(event);
    const fits = target === undefined || barred(ports.app, target.asset) === '';
    event.dataTransfer.dropEffect = fits ? 'copy' : 'none';
    mark(target?.el, fits);
  };
  const leave = (event: DragEvent): void => {
    if (!(event.relatedTarget instanceof Node) || !host.contains(event.relatedTarget)) mark(undefined, false);
  };
  const drop = (event: DragEvent): void => {
    const files = [...(event.dataTransfer?.files ?? [])];
    mark(undefined, false);
    if (files.length === 0 || files.some((f) => f.name.endsWith('.scry'))) return;
    event.preventDefault();
    event.stopPropagation();
    document.documentElement.classList.remove('dropping');
    dropped(ports, files, ports.at(event)?.asset);
  };
  const listeners = { dragover: over, dragenter: over, dragleave: leave, drop } as const;
  for (const [name, f] of Object.entries(listeners)) host.addEventListener(name, f as EventListener);
  return () => {
    for (const [name, f] of Object.entries(listeners)) host.removeEventListener(name, f as EventListener);
  };
}

function dropped({ app, all }: Ports, files: readonly File[], on: Asset | undefined): void {
  const [one] = files;
  const meant =
    on !== undefined && one !== undefined && files.length === 1 ? [{ file: one, asset: on }] : pairs(files, all());
  const missed = files.length - meant.length;
  if (missed > 0)
    app.toast(
      `${many(missed, 'file')} left out: drop one on the asset that it replaces, or name it as the asset`,
      'warn',
    );
  for (const { file, asset } of meant) {
    const why = barred(app, asset);
    if (why === '') void replaceBy(app, asset, file);
    else app.toast(`${asset.name} was not replaced: ${why}`, 'warn');
  }
}
