// Names and colours of scopes by their id, as the timeline needs them: in arrays, made anew only when
// one of them has changed.

import type { App } from '../../core/app';
import type { Scope } from '../../core/protocol';
import { hues } from '../../core/theme';
import type { Colours } from '../../widgets/flame/rects';

const deep = 32;

export class Book {
  private readonly app: App;
  private scopes: readonly Scope[] = [];
  private painted = -1;
  private query = '';
  private colours_: Colours = { slots: new Uint8Array(0) };

  constructor(app: App) {
    this.app = app;
  }

  scope(id: number): Scope | undefined {
    return this.app.shown().timings.scopes[id];
  }

  name(id: number): string {
    return this.scope(id)?.name ?? `scope ${id}`;
  }

  /** A scope without a colour of its own has that of the nearest scope around it that has one. */
  slot(id: number): number {
    return this.colours('').slots[id] ?? hues;
  }

  /** The colour of a scope in the theme of now. */
  colour(id: number): string {
    return this.app.theme.slot(this.slot(id));
  }

  /** Colours of all scopes; those whose names hold every word of `query` are found. */
  colours(query: string): Colours {
    const { scopes } = this.app.shown().timings;
    const paint = this.app.theme.paint.peek();
    if (scopes !== this.scopes || paint !== this.painted) {
      this.scopes = scopes;
      this.painted = paint;
      this.colours_ = { slots: this.slots(scopes) };
      this.query = '';
    }
    if (query === '') return { slots: this.colours_.slots };
    if (query !== this.query) {
      this.query = query;
      this.colours_.found = Uint8Array.from(scopes, (s) => (matches(s, query) ? 1 : 0));
    }
    return this.colours_;
  }

  /** The scope whose budget a scope is held against: its own, or that of the nearest around it. */
  budgeted(id: number): Scope | undefined {
    let scope = this.scope(id);
    for (let n = 0; scope !== undefined && n < deep; n++) {
      if (scope.budget > 0) return scope;
      scope = this.scope(scope.parent);
    }
    return undefined;
  }

  private slots(scopes: readonly Scope[]): Uint8Array {
    const { inks } = this.app.theme;
    return Uint8Array.from(scopes, (scope) => {
      let s: Scope | undefined = scope;
      for (let n = 0; s !== undefined && n < deep; n++) {
        const { slot } = inks.of(s.name);
        if (slot < hues) return slot;
        s = scopes[s.parent];
      }
      return hues;
    });
  }
}

/** Whether a name holds every word, in any order, whatever the case. */
export function matches({ name }: Scope, query: string): boolean {
  const low = name.toLowerCase();
  return query
    .toLowerCase()
    .split(/\s+/)
    .every((word) => low.includes(word));
}
