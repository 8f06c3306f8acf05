// A part of a value as a value of its own: an axis of a vector, the opacity of a colour. Its field is
// then any other field, and what travels is the whole.

import type { Answer, EditSource, EditView, Intent, Refusal } from '../../core/edits';

/** How a part lies in the whole. */
export interface Lens {
  get(whole: unknown): unknown;
  /** The whole with another part. `gesture` names the scrub that the value belongs to. */
  put(whole: unknown, part: unknown, gesture: number | undefined): unknown;
  /** Reports whether words of a refusal belong to this part. */
  blamed?(): boolean;
}

/** A value of several parts as the game holds it: what the stream told, or an answer that is newer. */
export class Whole {
  live: unknown;
  private readonly edits: EditSource;
  private readonly path: string;
  private answered: Answer | undefined;
  /** Lets go of the edits. */
  readonly dispose: () => void;

  constructor(edits: EditSource, path: string) {
    this.edits = edits;
    this.path = path;
    this.answered = edits.edit(path).answered;
    this.dispose = edits.onPath(path, ({ answered }) => {
      if (answered !== undefined && answered !== this.answered) this.live = answered.value;
      this.answered = answered;
    });
  }

  /** The edits of its path, seen through a lens. */
  through(lens: Lens): EditSource {
    const { edits, path } = this;
    const view = new Part(edits, path, lens, () => this.live);
    return { edit: () => view, onPath: (_, f) => edits.onPath(path, () => f(view)) };
  }
}

class Part implements EditView {
  private answer: { of: Answer; seen: Answer } | undefined;
  private refusal: { of: Refusal; seen: Refusal } | undefined;
  private readonly edits: EditSource;
  private readonly path: string;
  private readonly lens: Lens;
  private readonly live: () => unknown;

  constructor(edits: EditSource, path: string, lens: Lens, live: () => unknown) {
    this.edits = edits;
    this.path = path;
    this.lens = lens;
    this.live = live;
  }

  get pending(): boolean {
    return this.whole.pending;
  }

  get value(): unknown {
    const { pending, value } = this.whole;
    return pending ? this.lens.get(value) : undefined;
  }

  // Fields tell a new answer from an old one by its identity.
  get answered(): Answer | undefined {
    const of = this.whole.answered;
    if (of === undefined) return undefined;
    if (this.answer?.of !== of) this.answer = { of, seen: { value: this.lens.get(of.value) } };
    return this.answer.seen;
  }

  get refused(): Refusal | undefined {
    const of = this.whole.refused;
    if (of === undefined || this.lens.blamed?.() === false) return undefined;
    if (this.refusal?.of !== of) this.refusal = { of, seen: { value: this.lens.get(of.value), reason: of.reason } };
    return this.refusal.seen;
  }

  set(value: unknown, intent: Intent): void {
    const { whole } = this;
    const base = whole.pending ? whole.value : this.live();
    whole.set(this.lens.put(base, value, intent.gesture), { ...intent, before: this.live() });
  }

  dismiss(): void {
    this.whole.dismiss();
  }

  private get whole(): EditView {
    return this.edits.edit(this.path);
  }
}
