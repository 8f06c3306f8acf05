// The status bar: what is held back, paused or waiting, so that nothing stays on unseen.

import { type Signal, signal } from '@preact/signals';

/** A piece of the status bar. */
export interface Segment {
  id: string;
  text: string;
  /** `warn` and `bad` are drawn with their mark. */
  tone?: 'plain' | 'muted' | 'warn' | 'bad' | 'accent' | 'control';
  side?: 'left' | 'right';
  /** Small ones stand first. */
  order?: number;
  /** Gives the segment a cross that calls it: take the filter off, follow again. */
  clear?: (() => void) | undefined;
  /** Says what the cross does. */
  clearLabel?: string;
}

export class Status {
  readonly segments: Signal<readonly Segment[]> = signal([]);

  /** Shows a segment, or replaces the one with its id. Nothing is drawn when it is the same. */
  set(segment: Segment): void {
    const old = this.segments.peek();
    const i = old.findIndex((s) => s.id === segment.id);
    const before = old[i];
    if (before && before.text === segment.text && before.tone === segment.tone) {
      before.clear = segment.clear;
      return;
    }
    const next = i < 0 ? [...old, segment] : old.with(i, segment);
    this.segments.value = next.sort((a, b) => (a.order ?? 50) - (b.order ?? 50));
  }

  clear(id: string): void {
    const old = this.segments.peek();
    if (old.some((s) => s.id === id)) this.segments.value = old.filter((s) => s.id !== id);
  }

  /** The usual segment of a filter: `filtered: 12 of 903 cvars ✕`. Nothing is shown when all pass. */
  filter(id: string, shown: string, all: string, what: string, clear: (() => void) | undefined): void {
    if (clear === undefined) this.clear(id);
    else
      this.set({
        id,
        text: `filtered: ${shown} of ${all} ${what}`,
        tone: 'warn',
        order: 20,
        clear,
        clearLabel: `Show all ${what}`,
      });
  }
}
