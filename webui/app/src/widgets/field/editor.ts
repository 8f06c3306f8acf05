// What all kinds of fields share: whose value is shown, and when the stream must keep its hands off.
//
// A field that is held (it has the focus with its own text, or is being dragged) or whose edit the
// game has not answered yet is never overwritten by live values; the live value is reported beside it.

import type { Answer, EditSource, EditView, Intent, Refusal } from '../../core/edits';
import { newGesture } from '../../core/edits';
import { same } from '../../core/undo';
import { plainText, type Spec } from './spec';

/** What stands beside and below a field. */
export interface Note {
  pending: boolean;
  /** The stream's value, where the field shows another one. */
  live: string;
  /** What the typed text comes to, or why it comes to nothing. */
  result: { text: string; bad: boolean } | undefined;
  /** The game's words, and the value that it refused. */
  refused: string;
  /** The person's own text or drag is in the field. */
  editing: boolean;
}

/** A field as its place in the page knows it. */
export interface Control {
  readonly el: HTMLElement;
  /** Takes a value from the stream. */
  set(value: unknown): void;
  /** Takes another range, unit or set of names for the same path. */
  respec(spec: Spec): void;
  /** Marks what it belongs to as gone: the last value stays, nothing can be edited. */
  disable(gone: boolean): void;
  /** Reports whether the field must keep its element: it is held, or an answer is due. */
  busy(): boolean;
  /** Frees what the field holds. An edit on its way still arrives. */
  dispose(): void;
}

/** Takes the notes of a field. */
export type OnNote = (note: Note) => void;

/** A field for one path, without its label. */
export abstract class Editor implements Control {
  readonly el: HTMLElement;
  protected live: unknown;
  protected edit: EditView;
  protected spec: Spec;
  protected readonly edits: EditSource;
  private readonly onNote: OnNote;
  private readonly off: () => void;
  private answered: Answer | undefined;
  private refusal: Refusal | undefined;
  private noted = '';
  private gone = false;

  /** @param onNote told whenever what stands beside the field has changed. */
  constructor(spec: Spec, edits: EditSource, onNote: OnNote = () => {}, className = '') {
    this.spec = spec;
    this.edits = edits;
    this.onNote = onNote;
    this.el = document.createElement('div');
    this.el.className = `field ${className}`;
    this.edit = edits.edit(spec.path);
    this.answered = this.edit.answered;
    this.off = edits.onPath(spec.path, (edit) => {
      this.edit = edit;
      // The answer is newer than the last event: without it the field would fall back for a moment.
      if (edit.answered !== undefined && edit.answered !== this.answered) {
        this.answered = edit.answered;
        this.live = edit.answered.value;
      }
      if (edit.refused !== undefined && edit.refused !== this.refusal) this.takenBack();
      this.refusal = edit.refused;
      this.refresh();
    });
  }

  /** Takes a value from the stream. */
  set(value: unknown): void {
    this.live = value;
    this.refresh();
  }

  /** The value that the field shows when nobody holds it: the edit on its way, else the game's. */
  get value(): unknown {
    return this.edit.pending ? this.edit.value : this.live;
  }

  /** Takes another range, unit or set of names for the same path. */
  respec(spec: Spec): void {
    if (spec.path !== this.spec.path) throw new Error('a field keeps its path');
    this.spec = spec;
    this.locked(this.readOnly);
    this.refresh();
  }

  /** Marks the entity as gone: the last value stays, nothing can be edited. */
  disable(gone: boolean): void {
    if (this.gone === gone) return;
    this.gone = gone;
    this.locked(this.readOnly);
  }

  /** Sets the field back to its default, where it has one. */
  toDefault(): void {
    if (this.spec.fallback !== undefined && !this.readOnly) this.commit(this.spec.fallback, { gesture: newGesture() });
  }

  /** Reports whether the field must keep its element: it is held, or an answer is due. */
  busy(): boolean {
    return this.held() || this.edit.pending;
  }

  /** Frees what the field holds. An edit on its way still arrives. */
  dispose(): void {
    this.off();
    this.el.remove();
  }

  protected get readOnly(): boolean {
    return this.gone || this.spec.readOnly === true || this.spec.type === 'json';
  }

  /** Shows a value; only called while the field is not held. */
  protected abstract show(value: unknown): void;

  /** Reports whether the person's own text or drag is in the field. */
  protected abstract held(): boolean;

  /** The game refused what was sent: what the field holds of it gives way to the game's value. */
  protected takenBack(): void {}

  /** What the text in the field comes to, while there is one. */
  protected result(): { text: string; bad: boolean } | undefined {
    return undefined;
  }

  /** The value in the field while it is held; undefined: none worth comparing. */
  protected holding(): unknown {
    return undefined;
  }

  /** Tells the elements whether they can be edited. */
  protected abstract locked(on: boolean): void;

  /** Sends a value to the game. */
  protected commit(value: unknown, how: Partial<Intent> = {}): void {
    if (this.readOnly) return;
    if (how.coalesce !== true && !this.edit.pending && same(value, this.live)) {
      this.edit.dismiss();
      this.refresh();
      return;
    }
    this.edit.set(value, { before: this.live, label: this.spec.label, ...how });
  }

  /** Shows what is due and reports what stands beside it. */
  protected refresh(): void {
    const held = this.held();
    if (!held) this.show(this.value);
    const { pending, refused } = this.edit;
    const result = this.result();
    const shown = held ? (this.holding() ?? this.live) : this.value;
    const apart = this.live !== undefined && (held || pending) && !same(shown, this.live);
    const note: Note = {
      pending,
      live: apart || result !== undefined ? plainText(this.spec, this.live) : '',
      result,
      refused: refused === undefined || result !== undefined ? '' : this.words(refused.value, refused.reason),
      editing: held,
    };
    const text = JSON.stringify(note);
    if (text === this.noted) return;
    this.noted = text;
    this.el.classList.toggle('pending', pending);
    this.el.classList.toggle('bad', note.refused !== '' || note.result?.bad === true);
    this.el.querySelector('input, select, button')?.setAttribute('aria-invalid', String(note.refused !== ''));
    this.onNote(note);
  }

  protected words(value: unknown, reason: string): string {
    const verb = /^not connected|^connection/.test(reason) ? 'not sent' : 'refused';
    return `${plainText(this.spec, value)} ${verb}: ${reason}`;
  }
}
