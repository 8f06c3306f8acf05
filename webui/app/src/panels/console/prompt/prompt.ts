// The line that is typed: completion, history and the keys of a shell. It knows nothing of the page;
// the field writes what it is told, and tells what was typed.

import { type Signal, signal } from '@preact/signals';
import { type Choice, commonPrefix } from './choices';
import type { History } from './history';
import { type Listing, type ListingPorts, Listings } from './listing';
import { under } from './words';

/** What was wrong with the line that was run last. */
export interface Fault {
  message: string;
  from: number;
  to: number;
  /** What may stand there. */
  suggest?: string | undefined;
}

/** How a line ended: undefined, well. */
export type Outcome = Promise<Fault | undefined>;

export interface PromptPorts extends ListingPorts {
  history: History;
  run(line: string): Outcome;
  /** Ends what runs. Reports whether something did. */
  cancel(): boolean;
  /** Takes the list's lines out of sight. */
  clear(): void;
  /** Gives the focus back. */
  leave(): void;
}

/** What of a key is needed. */
export interface Stroke {
  key: string;
  code: string;
  ctrlKey: boolean;
  metaKey: boolean;
  altKey: boolean;
  shiftKey: boolean;
}

/** Looking for a line of before: what is typed is what is looked for. */
interface Search {
  hits: string[];
  at: number;
  /** The line of before that. */
  kept: string;
}

const mostHits = 100;

export class Prompt {
  readonly text: Signal<string> = signal('');
  /** What is selected of the text; equal ends are the caret. */
  readonly selection: Signal<readonly [number, number]> = signal([0, 0]);
  readonly listings: Listings;
  /** Which of the listing stands in the line, -1: what was typed does. */
  readonly chosen: Signal<number> = signal(-1);
  readonly fault: Signal<Fault | undefined> = signal(undefined);
  readonly search: Signal<Search | undefined> = signal(undefined);
  /** Grows when the text was changed by other means than typing: the field must show it. */
  readonly written: Signal<number> = signal(0);
  private readonly ports: PromptPorts;
  private stem = { text: '', caret: 0 }; // what was typed, while something chosen stands in its place
  private walk: { at: number; prefix: string } | undefined; // through the history

  constructor(ports: PromptPorts) {
    this.ports = ports;
    this.listings = new Listings(ports);
  }

  /** Lines of before that are kept. */
  get history(): number {
    return this.ports.history.all.length;
  }

  /** What would be put behind the caret; muted there. */
  get ghost(): string {
    const listing = this.listings.now.value;
    const [from, to] = this.selection.value;
    const text = this.text.value;
    if (listing === undefined || from !== to || to !== text.length || this.chosen.value >= 0) return '';
    if (this.search.value || this.fault.value || to === listing.from) return '';
    const typed = text.slice(listing.from, to);
    const best = listing.choices.find((c) => c.text.toLowerCase().startsWith(typed.toLowerCase()));
    return best?.text.slice(typed.length) ?? '';
  }

  /** The person typed, deleted or pasted. */
  typed(text: string, from: number, to: number): void {
    this.text.value = text;
    this.selection.value = [from, to];
    this.fault.value = this.walk = undefined;
    this.chosen.value = -1;
    const search = this.search.peek();
    if (search !== undefined) this.look(text, search.kept);
    else this.listings.update(text, to);
  }

  /** The person moved the caret. */
  moved(from: number, to: number): void {
    const [a, b] = this.selection.peek();
    if (a === from && b === to) return;
    this.selection.value = [from, to];
    if (this.chosen.peek() < 0 && !this.search.peek() && this.listings.now.peek())
      this.listings.update(this.text.peek(), to);
  }

  /** There are other names than before. */
  refresh(): void {
    const text = this.text.peek();
    const listed = this.listings.now.peek() !== undefined || !this.listings.shut;
    if (text === '' || !listed || this.chosen.peek() >= 0 || this.search.peek() || this.fault.peek()) return;
    this.listings.update(text, this.selection.peek()[1]);
  }

  /** Puts a line there, to be changed and run. */
  put(line: string): void {
    this.search.value = undefined;
    this.write(line, line.length);
    this.listings.close();
  }

  /** Takes a choice that was pressed. */
  take(index: number): void {
    const search = this.search.peek();
    if (search !== undefined) {
      this.put(search.hits[index] ?? search.kept);
      return;
    }
    this.choose(index);
    this.accept();
  }

  /** Takes a key. Reports whether it meant something. */
  key(stroke: Stroke): boolean {
    const { ctrlKey, altKey, metaKey, key } = stroke;
    if (altKey || metaKey) return false;
    if (ctrlKey) return this.control(key.toLowerCase());
    switch (key) {
      case 'Enter':
        if (stroke.shiftKey) return false;
        this.enter();
        return true;
      case 'Tab':
        return this.tab(stroke.shiftKey);
      case 'ArrowUp':
        return !stroke.shiftKey && this.up();
      case 'ArrowDown':
        return !stroke.shiftKey && this.down();
      case 'ArrowRight':
      case 'End':
        return !stroke.shiftKey && this.right();
      case 'Escape':
        this.escape();
        return true;
      default:
        return stroke.code === 'Backquote' && !stroke.shiftKey && this.backquote();
    }
  }

  private control(key: string): boolean {
    const text = this.text.peek();
    const [from, to] = this.selection.peek();
    const lineFrom = text.lastIndexOf('\n', from - 1) + 1;
    const next = text.indexOf('\n', to);
    const lineTo = next < 0 ? text.length : next;
    switch (key) {
      case 'r':
        this.reverse();
        return true;
      case 'l':
        this.ports.clear();
        return true;
      case ' ':
        this.listings.update(text, to, true);
        return true;
      case 'enter':
        this.enter();
        return true;
      case 'c':
        return this.interrupt(from !== to);
      case 'u':
        this.edit(text.slice(0, lineFrom) + text.slice(to), lineFrom);
        return true;
      case 'k':
        if (to === lineTo) return false; // nothing to cut: the page may have it
        this.edit(text.slice(0, from) + text.slice(lineTo), from);
        return true;
      case 'a':
        if (from === lineFrom && to === lineFrom) return false; // once more: select all
        this.place(lineFrom);
        return true;
      case 'e':
        this.place(lineTo);
        return true;
      default:
        return false;
    }
  }

  private interrupt(selected: boolean): boolean {
    if (selected) return false; // to be copied
    if (this.text.peek() === '' && !this.search.peek()) return this.ports.cancel();
    this.search.value = undefined;
    this.edit('', 0);
    return true;
  }

  private enter(): void {
    const search = this.search.peek();
    const hit = search?.hits[search.at];
    if (search !== undefined && hit === undefined) return;
    this.search.value = undefined;
    const line = hit ?? this.text.peek();
    this.listings.close();
    if (line.trim() === '') return;
    this.write('', 0);
    void this.run(line);
  }

  private async run(line: string): Promise<void> {
    const fault = await this.ports.run(line);
    // Who types on already is not disturbed. A key more and the line is gone, Tab and it is mended.
    if (fault === undefined || this.text.peek() !== '' || this.search.peek()) return;
    this.write(line, 0, line.length);
    this.fault.value = fault;
  }

  private tab(back: boolean): boolean {
    const search = this.search.peek();
    if (search !== undefined) {
      this.put(search.hits[search.at] ?? search.kept);
      return true;
    }
    const fault = this.fault.peek();
    if (fault !== undefined) return this.mend(fault);
    const text = this.text.peek();
    const listing = this.listings.now.peek();
    if (listing === undefined || listing.choices.length === 0) {
      // Nothing to complete: Tab goes on through the page, unless there is a line that it would leave behind.
      if (text.trim() === '' || back) return false;
      this.listings.update(text, this.selection.peek()[1], true);
      return true;
    }
    if (this.chosen.peek() >= 0) {
      this.step(back ? -1 : 1, true);
      return true;
    }
    if (back) return false;
    this.complete(listing);
    return true;
  }

  private complete(listing: Listing): void {
    const text = this.text.peek();
    const caret = this.selection.peek()[1];
    const typed = text.slice(listing.from, caret);
    const low = typed.toLowerCase();
    const alike = listing.choices.filter((c) => c.text.toLowerCase().startsWith(low));
    // Where one begins so, it is meant; those that only hold the letters are for the arrows.
    const [only, other] = alike.length > 0 ? alike : listing.choices;
    if (only !== undefined && other === undefined && (typed !== '' || listing.choices.length === 1)) {
      this.choose(listing.choices.indexOf(only));
      this.accept();
      return;
    }
    const prefix = commonPrefix(
      typed,
      listing.choices.map((c) => c.text),
    );
    if (prefix === '') this.choose(0);
    else this.edit(text.slice(0, listing.from) + prefix + text.slice(listing.to), listing.from + prefix.length);
  }

  private mend({ from, to, suggest }: Fault): boolean {
    const text = this.text.peek();
    if (suggest === undefined) this.place(to);
    else this.edit(text.slice(0, from) + suggest + text.slice(to), from + suggest.length);
    this.fault.value = undefined;
    return true;
  }

  private up(): boolean {
    if (this.search.peek()) return this.stepSearch(-1);
    if (this.chosen.peek() >= 0) {
      this.step(-1, false);
      return true;
    }
    if (this.walk === undefined && this.text.peek().lastIndexOf('\n', this.selection.peek()[0] - 1) >= 0) return false;
    return this.recall(-1);
  }

  private down(): boolean {
    if (this.search.peek()) return this.stepSearch(1);
    if (this.walk !== undefined) return this.recall(1);
    const listing = this.listings.now.peek();
    if (listing !== undefined && listing.choices.length > 0) {
      this.step(1, false);
      return true;
    }
    return false;
  }

  // Through lines that begin as what was typed.
  private recall(by: 1 | -1): boolean {
    const { history } = this.ports;
    const text = this.text.peek();
    const walk = this.walk ?? { at: history.all.length, prefix: this.fault.peek() ? '' : text };
    const at = by < 0 ? history.before(walk.at, walk.prefix, text) : history.after(walk.at, walk.prefix, text);
    if (at < 0 && by < 0) return true; // the oldest
    this.listings.close();
    if (at < 0) this.write(walk.prefix, walk.prefix.length);
    else {
      const line = history.all[at] as string;
      this.write(line, line.length);
      this.walk = { ...walk, at };
    }
    return true;
  }

  private right(): boolean {
    const search = this.search.peek();
    const ghost = this.ghost;
    if (search !== undefined) this.put(search.hits[search.at] ?? search.kept);
    else if (ghost !== '') {
      const listing = this.listings.now.peek() as Listing;
      const typed = this.text.peek().slice(listing.from);
      const i = listing.choices.findIndex((c) => c.text.toLowerCase().startsWith(typed.toLowerCase()));
      this.choose(i);
      this.accept(false);
    } else return false;
    return true;
  }

  private escape(): void {
    const search = this.search.peek();
    if (search !== undefined) this.put(search.kept);
    else if (this.chosen.peek() >= 0) this.restore();
    else if (this.listings.now.peek()) this.listings.close();
    else if (this.fault.peek()) this.edit('', 0);
    else this.ports.leave();
  }

  // The key that led here leads back, unless a raw string may begin or end at the caret.
  private backquote(): boolean {
    const text = this.text.peek();
    const caret = this.selection.peek()[1];
    const { word, quoted } = under(text, caret);
    if (quoted || (word.text === '' && text.slice(0, caret).trim() !== '')) return false;
    if (this.search.peek()) this.escape();
    this.listings.close();
    this.ports.leave();
    return true;
  }

  private reverse(): void {
    const search = this.search.peek();
    if (search !== undefined) {
      this.stepSearch(1);
      return;
    }
    const text = this.fault.peek() ? '' : this.text.peek();
    this.listings.close();
    this.fault.value = undefined;
    this.look(text, text);
  }

  private look(query: string, kept: string): void {
    this.search.value = { hits: this.ports.history.search(query, mostHits), at: 0, kept };
  }

  private stepSearch(by: number): boolean {
    const search = this.search.peek();
    if (search !== undefined && search.hits.length > 0) {
      const at = Math.max(0, Math.min(search.hits.length - 1, search.at + by));
      this.search.value = { ...search, at };
    }
    return true;
  }

  private step(by: number, around: boolean): void {
    const n = this.listings.now.peek()?.choices.length ?? 0;
    const next = this.chosen.peek() + by;
    if (next < 0 && !around) this.restore();
    else this.choose(around ? (next + n) % n : Math.min(n - 1, next));
  }

  // Shows a choice in the line in the place of what was typed.
  private choose(index: number): void {
    const listing = this.listings.now.peek();
    const choice = listing?.choices[index];
    if (listing === undefined || choice === undefined) return;
    if (this.chosen.peek() < 0) this.stem = { text: this.text.peek(), caret: this.selection.peek()[1] };
    const { text } = this.stem;
    this.write(text.slice(0, listing.from) + choice.text + text.slice(listing.to), listing.from + choice.text.length);
    this.chosen.value = index;
  }

  private restore(): void {
    this.write(this.stem.text, this.stem.caret);
  }

  // What was chosen is as if it were typed; the next word may follow.
  private accept(space = true): void {
    const text = this.text.peek();
    const caret = this.selection.peek()[1];
    const more = space && /^$|^[;\n]/.test(text.slice(caret)) ? ' ' : '';
    this.edit(text.slice(0, caret) + more + text.slice(caret), caret + more.length);
  }

  private place(caret: number): void {
    this.write(this.text.peek(), caret);
    this.listings.close();
  }

  // Changes the text as typing would.
  private edit(text: string, caret: number): void {
    this.write(text, caret);
    if (text === '') this.listings.close();
    else this.listings.update(text, caret);
  }

  private write(text: string, from: number, to = from): void {
    this.text.value = text;
    this.selection.value = [from, to];
    this.chosen.value = -1;
    this.fault.value = this.walk = undefined;
    this.written.value++;
  }

  /** The choice that the foot of the list tells of. */
  get told(): Choice | undefined {
    return this.listings.now.value?.choices[Math.max(0, this.chosen.value)];
  }
}
