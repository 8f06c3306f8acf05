// One element of the grid: a small picture or the drawing of the kind, the name, what there is to say
// in a word. It is bound to one asset after another.

import { bytes, none, text } from '../../core/units';
import { KindIcon } from './kindicon';
import { type Asset, split, weight } from './model';

/** Facts of an asset in one short line. */
export function brief(asset: Asset): string {
  return [measure(asset), text(bytes(weight(asset), 0))].filter(Boolean).join(' · ');
}

/** Of its file; nothing while the game has not made one of what it holds. */
export function fileSize({ bytes: size }: Asset): string {
  return size > 0 ? text(bytes(size)) : none;
}

/** How large it is in its own terms. */
export function measure(asset: Asset): string {
  const { width, height, duration, triangles } = asset;
  if (width && height) return `${width}×${height}`;
  if (duration) return duration < 60 ? `${duration.toFixed(duration < 10 ? 2 : 1)} s` : clock(duration);
  if (triangles) return `${triangles} △`;
  return '';
}

/** Seconds as minutes and seconds: `3:07`. */
export function clock(seconds: number): string {
  const s = Math.floor(seconds);
  return `${Math.floor(s / 60)}:${String(s % 60).padStart(2, '0')}`;
}

export class Tile {
  readonly el = document.createElement('div');
  /** The asset that is drawn; empty while the tile is spare. */
  id = '';
  private readonly thumb = document.createElement('div');
  private readonly image = document.createElement('img');
  private readonly icon = new KindIcon(32);
  private readonly name = document.createElement('div');
  private readonly facts = document.createElement('div');
  private version = -1;
  private src = '';

  constructor(id: string) {
    const { el, thumb, image, icon, name, facts } = this;
    el.id = id;
    el.className = 'tile';
    el.setAttribute('role', 'option');
    thumb.className = 'tile-thumb';
    image.alt = '';
    image.draggable = false;
    image.decoding = 'async';
    image.addEventListener('error', () => this.picture(''));
    name.className = 'tile-name';
    facts.className = 'tile-facts';
    thumb.append(icon.el, image);
    el.append(thumb, name, facts);
  }

  /** Draws another asset from now on. */
  bind(id: string): void {
    this.id = id;
    this.version = -1;
    this.el.hidden = false;
    delete this.el.dataset.heat;
    this.picture('');
  }

  /** Takes the tile out of sight until it is bound again. */
  hide(): void {
    this.id = '';
    this.el.hidden = true;
    this.picture('');
  }

  /** Moves the tile to its place. */
  place(left: number, top: number, width: number, height: number): void {
    const { style } = this.el;
    style.transform = `translate(${left}px, ${top}px)`;
    style.width = `${width}px`;
    style.height = `${height}px`;
  }

  /** Writes what is to be said; a version that came marks the tile for a moment. */
  show(asset: Asset, picture: string | undefined, selected: boolean): void {
    const { el, name, facts, thumb } = this;
    this.icon.set(asset.kind);
    // The old picture stays until the new one is here.
    if (picture !== undefined) this.picture(picture);
    thumb.classList.toggle('small', (asset.width ?? 99) <= 48 && (asset.height ?? 99) <= 48);
    set(name, split(asset.name).base);
    set(facts, brief(asset));
    el.title = [asset.name, asset.help].filter(Boolean).join('\n');
    el.setAttribute('aria-selected', String(selected));
    el.toggleAttribute('data-faulty', asset.fault !== undefined);
    if (this.version >= 0 && asset.version !== this.version) el.dataset.heat = el.dataset.heat === 'a' ? 'b' : 'a';
    this.version = asset.version;
  }

  /** Makes the tile the place that Tab comes to, and says which of how many it is. */
  rove(here: boolean, index: number, count: number): void {
    this.el.tabIndex = here ? 0 : -1;
    this.el.setAttribute('aria-posinset', String(index));
    this.el.setAttribute('aria-setsize', String(count));
  }

  private picture(src: string): void {
    if (src === this.src) return;
    this.src = src;
    if (src === '') this.image.removeAttribute('src');
    else this.image.src = src;
    this.thumb.classList.toggle('pictured', src !== '');
  }
}

function set(el: HTMLElement, words: string): void {
  if (el.textContent !== words) el.textContent = words;
}
