// A text with line numbers and colours, of which only the lines in view are drawn. Above the drawing
// lies a textarea whose own letters are not seen: selecting, copying, writing, undo are the browser's.

import { findAll, type Hit, lineAt, lineStarts } from './find';
import { type Language, states, tokenize } from './tokens';

/** A message beside a line. */
export interface Note {
  /** From 1. */
  line: number;
  column: number;
  text: string;
}

const row = 18; // px
const over = 8; // lines above and below the view
const longest = 20_000; // characters of a line that are drawn

/** How a text is shown, and whom it tells. */
export interface CodeOptions {
  label: string;
  language: Language;
  /** Runs f with the next frame of the page. */
  soon(f: () => void): void;
  onInput(text: string): void;
  /** Where the cursor is, from 1. */
  onCursor(line: number, column: number): void;
}

export class Code {
  readonly el = document.createElement('div');
  readonly area = document.createElement('textarea');
  private readonly gutter = document.createElement('div');
  private readonly layer = document.createElement('div');
  private readonly sizer = document.createElement('div');
  private readonly options: CodeOptions;
  private readonly resize: ResizeObserver | undefined;
  private text = '';
  private starts: Uint32Array = new Uint32Array(1);
  private begins: Uint8Array = new Uint8Array(1);
  private notes = new Map<number, Note>();
  private hits: readonly Hit[] = [];
  private hit = -1;
  private needle = '';
  private queued = false;
  private closed = false;

  constructor(options: CodeOptions) {
    this.options = options;
    const { el, area, gutter, layer, sizer } = this;
    el.className = 'code';
    gutter.className = 'code-gutter';
    gutter.setAttribute('aria-hidden', 'true');
    layer.className = 'code-lines';
    layer.setAttribute('aria-hidden', 'true');
    sizer.className = 'code-sheet';
    area.className = 'code-area';
    area.spellcheck = false;
    area.wrap = 'off';
    area.setAttribute('aria-label', options.label);
    area.setAttribute('autocapitalize', 'off');
    area.setAttribute('autocomplete', 'off');
    sizer.append(layer, area);
    el.append(gutter, sizer);
    el.addEventListener('scroll', () => this.update(), { passive: true });
    area.addEventListener('input', () => {
      this.take(area.value);
      options.onInput(area.value);
    });
    area.addEventListener('keydown', (e) => this.key(e));
    for (const name of ['keyup', 'pointerup', 'focus', 'input']) area.addEventListener(name, () => this.cursor());
    if (typeof ResizeObserver === 'function') {
      this.resize = new ResizeObserver(() => this.update());
      this.resize.observe(el);
    }
  }

  get value(): string {
    return this.text;
  }

  /** Shows another text. The cursor stays where it was, as far as it can. */
  set(text: string): void {
    if (text === this.text) return;
    const { selectionStart, selectionEnd } = this.area;
    this.area.value = text;
    this.take(this.area.value);
    this.area.setSelectionRange(selectionStart, selectionEnd);
  }

  setReadOnly(on: boolean): void {
    this.area.readOnly = on;
  }

  /** Shows messages beside their lines. */
  setNotes(notes: readonly Note[]): void {
    this.notes = new Map(notes.toReversed().map((n) => [Math.min(Math.max(1, n.line), this.starts.length), n]));
    this.update();
  }

  /** Marks what is searched for; returns how often it is there. */
  find(what: string): number {
    this.needle = what;
    this.hits = findAll(this.text, what);
    this.hit = -1;
    this.update();
    return this.hits.length;
  }

  /** Goes to the next place or the one before; returns which it is, from 1, or 0. */
  step(by: 1 | -1): number {
    const n = this.hits.length;
    if (n === 0) return 0;
    if (this.hit < 0) {
      const at = this.area.selectionStart;
      const next = this.hits.findIndex((h) => h.from >= at);
      this.hit = by > 0 ? Math.max(0, next) : (next <= 0 ? n : next) - 1;
    } else this.hit = (this.hit + by + n) % n;
    const { from, to } = this.hits[this.hit] as Hit;
    this.area.setSelectionRange(from, to);
    this.reveal(lineAt(this.starts, from));
    return this.hit + 1;
  }

  /** Puts the cursor to a line and column, from 1. */
  goTo(line: number, column: number): void {
    const l = Math.max(0, Math.min(this.starts.length - 1, line - 1));
    const end = l + 1 < this.starts.length ? (this.starts[l + 1] as number) - 1 : this.text.length;
    const at = Math.min((this.starts[l] as number) + Math.max(0, column - 1), end);
    this.area.focus({ preventScroll: true });
    this.area.setSelectionRange(at, at);
    this.reveal(l);
    this.cursor();
  }

  update(): void {
    if (this.queued || this.closed) return;
    this.queued = true;
    this.options.soon(() => {
      this.queued = false;
      if (!this.closed) this.draw();
    });
  }

  dispose(): void {
    this.closed = true;
    this.resize?.disconnect();
    this.el.remove();
  }

  private take(text: string): void {
    this.text = text;
    this.starts = lineStarts(text);
    this.begins = states(this.options.language, text.split('\n'));
    if (this.needle !== '') this.hits = findAll(text, this.needle);
    this.hit = -1;
    this.update();
  }

  private line(i: number): string {
    const from = this.starts[i] as number;
    const to = i + 1 < this.starts.length ? (this.starts[i + 1] as number) - 1 : this.text.length;
    return this.text.slice(from, to);
  }

  private reveal(line: number): void {
    const { el } = this;
    const top = line * row;
    if (top < el.scrollTop + row || top > el.scrollTop + el.clientHeight - 3 * row)
      el.scrollTop = Math.max(0, top - el.clientHeight / 2);
    this.update();
  }

  private cursor(): void {
    const at = this.area.selectionStart;
    const line = lineAt(this.starts, at);
    this.options.onCursor(line + 1, at - (this.starts[line] as number) + 1);
  }

  private draw(): void {
    const { el, gutter, layer, sizer, starts } = this;
    const count = starts.length;
    const digits = Math.max(3, String(count).length);
    el.style.setProperty('--digits', String(digits));
    sizer.style.height = `${count * row + row}px`;
    gutter.style.height = sizer.style.height;
    const from = Math.max(0, Math.floor(el.scrollTop / row) - over);
    const to = Math.min(count, Math.ceil((el.scrollTop + el.clientHeight) / row) + over);
    const numbers: HTMLElement[] = [];
    const lines: HTMLElement[] = [];
    for (let i = from; i < to; i++) {
      numbers.push(this.number(i));
      lines.push(this.drawn(i));
    }
    gutter.replaceChildren(...numbers);
    layer.replaceChildren(...lines);
    // The textarea is as wide as its longest line, so that only the outer element scrolls.
    const width = Math.max(this.area.scrollWidth, layer.scrollWidth);
    if (this.area.scrollWidth > this.area.clientWidth + 1) sizer.style.minWidth = `${width + 24}px`;
  }

  private number(i: number): HTMLElement {
    const el = document.createElement('div');
    const note = this.notes.get(i + 1);
    el.className = note ? 'code-number bad' : 'code-number';
    el.textContent = `${note ? '▲ ' : ''}${i + 1}`;
    el.style.top = `${i * row}px`;
    return el;
  }

  private drawn(i: number): HTMLElement {
    const el = document.createElement('div');
    el.className = 'code-line';
    el.style.top = `${i * row}px`;
    const line = this.line(i);
    const shown = line.length > longest ? line.slice(0, longest) : line;
    const { tokens } = tokenize(this.options.language, shown, this.begins[i] as number);
    el.append(...tokens.map(({ text, tone }) => (tone === '' ? text : span(`tone-${tone}`, text))));
    this.markHits(el, i, shown.length);
    const note = this.notes.get(i + 1);
    if (note !== undefined) {
      el.classList.add('noted');
      el.append(under(shown, note.column), span('code-note', `▲ ${note.text}`));
    }
    return el;
  }

  // Marks lie below the letters: as many spaces as stand before, then the place itself.
  private markHits(el: HTMLElement, i: number, length: number): void {
    const from = this.starts[i] as number;
    const to = from + length;
    let at = firstFrom(this.hits, from);
    for (let n = 0; n < 200; n++, at++) {
      const hit = this.hits[at];
      if (hit === undefined || hit.from >= to) return;
      const mark = under(this.text.slice(from, to), hit.from - from + 1, hit.to - hit.from);
      mark.className = at === this.hit ? 'code-hit now' : 'code-hit';
      el.append(mark);
    }
  }

  private key(event: KeyboardEvent): void {
    const { area } = this;
    if (area.readOnly || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    // execCommand alone keeps the browser's own undo.
    if (event.key === 'Tab' && !event.shiftKey) document.execCommand('insertText', false, '\t');
    else if (event.key === 'Enter') {
      const line = this.line(lineAt(this.starts, area.selectionStart));
      const indent = /^[\t ]*/.exec(line)?.[0] ?? '';
      const before = this.text.slice(0, area.selectionStart).trimEnd();
      document.execCommand(
        'insertText',
        false,
        `\n${indent}${/[{([]$/.test(before) && before.length > 0 && line.trim() !== '' ? '\t' : ''}`,
      );
    } else return;
    event.preventDefault();
  }
}

function firstFrom(hits: readonly Hit[], at: number): number {
  let lo = 0;
  let hi = hits.length;
  while (lo < hi) {
    const mid = (lo + hi) >> 1;
    if ((hits[mid] as Hit).from < at) lo = mid + 1;
    else hi = mid;
  }
  return lo;
}

function under(line: string, column: number, length = 1): HTMLElement {
  const mark = document.createElement('span');
  mark.className = 'code-fault';
  const before = document.createElement('span');
  before.textContent = line.slice(0, Math.max(0, column - 1));
  const place = document.createElement('b');
  place.textContent = line.slice(Math.max(0, column - 1), Math.max(0, column - 1) + length) || ' ';
  mark.append(before, place);
  return mark;
}

function span(name: string, text: string): HTMLElement {
  const el = document.createElement('span');
  el.className = name;
  el.textContent = text;
  return el;
}
