// All characters of a font, of which those in view are drawn.

import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { App } from '../../../core/app';
import { copyText } from '../../../core/clipboard';

const cell = 44; // px

export function Glyphs({ app, characters, family }: { app: App; characters: readonly number[]; family: string }) {
  const host = useRef<HTMLElement>(null);
  const [under, setUnder] = useState<number>();
  const grid = useMemo(() => new GlyphGrid(app, setUnder), [app]);
  useEffect(() => (host.current ? grid.mount(host.current) : undefined), [grid]);
  useEffect(() => grid.show(characters, family), [grid, characters, family]);
  return (
    <>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard */}
      <section class="glyphs scroll" ref={host} tabIndex={0} aria-label="Characters" />
      <p class="view-foot">
        {under === undefined ? (
          <span class="muted">Point at a character; a press copies it</span>
        ) : (
          <>
            <span class="mono">U+{under.toString(16).toUpperCase().padStart(4, '0')}</span>{' '}
            <span>{String.fromCodePoint(under)}</span>
          </>
        )}
      </p>
    </>
  );
}

class GlyphGrid {
  private readonly app: App;
  private readonly onUnder: (character: number | undefined) => void;
  private readonly body = document.createElement('div');
  private host: HTMLElement | undefined;
  private characters: readonly number[] = [];
  private drawn = '';

  constructor(app: App, onUnder: (character: number | undefined) => void) {
    this.app = app;
    this.onUnder = onUnder;
    this.body.className = 'glyphs-body';
  }

  mount(host: HTMLElement): () => void {
    this.host = host;
    host.append(this.body);
    const draw = (): void => this.app.frame.soon(() => this.draw());
    const observer = new ResizeObserver(draw);
    observer.observe(host);
    host.addEventListener('scroll', draw, { passive: true });
    this.body.addEventListener('pointermove', (e) => this.onUnder(characterOf(e.target)));
    this.body.addEventListener('pointerleave', () => this.onUnder(undefined));
    this.body.addEventListener('click', (e) => {
      const c = characterOf(e.target);
      if (c !== undefined && copyText(String.fromCodePoint(c))) this.app.toast('Character copied');
    });
    return () => {
      observer.disconnect();
      this.host = undefined;
    };
  }

  show(characters: readonly number[], family: string): void {
    this.characters = characters;
    this.body.style.fontFamily = `"${family}"`;
    this.drawn = '';
    this.app.frame.soon(() => this.draw());
  }

  private draw(): void {
    const { host, body, characters } = this;
    if (host === undefined) return;
    const columns = Math.max(1, Math.floor(host.clientWidth / cell));
    const from = Math.max(0, Math.floor(host.scrollTop / cell)) * columns;
    const to = Math.min(characters.length, Math.ceil((host.scrollTop + host.clientHeight) / cell + 1) * columns);
    body.style.height = `${Math.ceil(characters.length / columns) * cell}px`;
    const key = `${columns} ${from} ${to}`;
    if (key === this.drawn) return;
    this.drawn = key;
    const cells: HTMLElement[] = [];
    for (let i = from; i < to; i++) {
      const el = document.createElement('span');
      el.className = 'glyph';
      el.dataset.c = String(characters[i]);
      el.textContent = String.fromCodePoint(characters[i] as number);
      el.style.transform = `translate(${(i % columns) * cell}px, ${Math.floor(i / columns) * cell}px)`;
      cells.push(el);
    }
    body.replaceChildren(...cells);
  }
}

function characterOf(target: EventTarget | null): number | undefined {
  const c = target instanceof HTMLElement ? target.dataset.c : undefined;
  return c === undefined ? undefined : Number(c);
}
