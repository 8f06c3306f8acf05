// Edits on their way to the game. One set per path is in flight at a time, the last value wins,
// steps of a scrub leave at most once a frame, and the final value always leaves.

import type { UndoLog } from './undo';

/** What the game answered to a set. */
export interface Answer {
  /** The value as the game holds it now. */
  value: unknown;
  /** The value that it replaced, where the game says so. */
  before?: unknown;
  /** The value that was taken and waits; the game goes on with the old one. */
  waits?: unknown;
  frame?: number;
  /** The number under which the game keeps it, where it keeps a history of its own. */
  transaction?: number;
}

/** Why the game kept its value. */
export interface Refusal {
  value: unknown;
  reason: string;
}

/** How one value is meant. */
export interface Intent {
  /** The value before the gesture, for the undo log. */
  before: unknown;
  label?: string;
  /** Values of one gesture (a scrub, a slider's drag) are undone as one. */
  gesture?: number;
  /** Send with the next frame, not now: more values follow. */
  coalesce?: boolean;
}

/** What the edits need from the page. */
export interface Ports {
  send(path: string, value: unknown, intent: Intent): Promise<Answer>;
  /** Runs f once, with the next frame of the page. */
  soon(f: () => void): void;
  /** Milliseconds. */
  now(): number;
  undo?: UndoLog;
}

/** The edit of one path. */
export class Edit {
  readonly path: string;
  private readonly ports: Ports;
  private readonly changed: (edit: Edit) => void;
  private queued: { value: unknown; intent: Intent } | undefined;
  private flying: { value: unknown; intent: Intent } | undefined;
  private waiting = false; // for the next frame
  private refusal: Refusal | undefined;
  private answer: Answer | undefined;

  constructor(path: string, ports: Ports, changed: (edit: Edit) => void) {
    this.path = path;
    this.ports = ports;
    this.changed = changed;
  }

  /** Reports whether a value is on its way. */
  get pending(): boolean {
    return this.queued !== undefined || this.flying !== undefined;
  }

  /** The newest value on its way. Undefined unless pending. */
  get value(): unknown {
    return (this.queued ?? this.flying)?.value;
  }

  /** What the game answered last: newer than any event that came before it. */
  get answered(): Answer | undefined {
    return this.answer;
  }

  /** The last refusal, until it is dismissed or another value is set. */
  get refused(): Refusal | undefined {
    return this.refusal;
  }

  /** Sends a value, or lets it wait for the one in flight. */
  set(value: unknown, intent: Intent): void {
    this.refusal = undefined;
    this.queued = { value, intent };
    if (intent.coalesce) this.later();
    else this.flush();
    this.changed(this);
  }

  /** Takes what the game answered to a change that went another way, such as an undo. */
  learn(answer: Answer): void {
    this.answer = answer;
    this.changed(this);
  }

  /** Forgets the refusal. */
  dismiss(): void {
    if (this.refusal === undefined) return;
    this.refusal = undefined;
    this.changed(this);
  }

  private later(): void {
    if (this.waiting) return;
    this.waiting = true;
    this.ports.soon(() => {
      this.waiting = false;
      this.flush();
    });
  }

  private flush(): void {
    if (this.flying !== undefined || this.queued === undefined) return;
    const next = this.queued;
    this.queued = undefined;
    this.flying = next;
    this.ports.send(this.path, next.value, next.intent).then(
      (answer) => this.landed(next.intent, answer),
      (fault: unknown) => this.failed(next.value, fault),
    );
  }

  private landed(intent: Intent, answer: Answer): void {
    this.flying = undefined;
    this.answer = answer;
    this.ports.undo?.record({
      path: this.path,
      before: answer.before ?? intent.before,
      after: answer.waits ?? answer.value,
      time: this.ports.now(),
      ...(intent.label !== undefined && { label: intent.label }),
      ...(intent.gesture !== undefined && { gesture: intent.gesture }),
      ...(answer.frame !== undefined && { frame: answer.frame }),
      ...(answer.transaction !== undefined && { transaction: answer.transaction }),
    });
    this.next();
  }

  private failed(value: unknown, fault: unknown): void {
    this.flying = undefined;
    // A refusal in the middle of a scrub is old news when a newer value waits.
    if (this.queued === undefined) this.refusal = { value, reason: reasonOf(fault) };
    this.next();
  }

  private next(): void {
    if (this.queued?.intent.coalesce) this.later();
    else this.flush();
    this.changed(this);
  }
}

/** What a field sees of an edit. */
export type EditView = Pick<Edit, 'pending' | 'value' | 'answered' | 'refused' | 'set' | 'dismiss'>;

/** Where a field sends its values: the page's edits, or a part of one of them. */
export interface EditSource {
  edit(path: string): EditView;
  /** Calls f whenever the edit of a path changes. Returns its undo. */
  onPath(path: string, f: (edit: EditView) => void): () => void;
}

/** All edits of the page, by path. */
export class Edits implements EditSource {
  private readonly byPath = new Map<string, Edit>();
  private readonly listeners = new Map<string, Set<(edit: Edit) => void>>();
  private readonly watchers = new Set<() => void>();
  private readonly ports: Ports;
  private count = 0;

  constructor(ports: Ports) {
    this.ports = ports;
  }

  /** Edits on their way. */
  get pending(): number {
    return this.count;
  }

  /** The edit of a path. */
  edit(path: string): Edit {
    let edit = this.byPath.get(path);
    if (edit === undefined) {
      edit = new Edit(path, this.ports, (e) => this.changed(e));
      this.byPath.set(path, edit);
    }
    return edit;
  }

  /** The game holds a value by another way than an edit: an event may never tell, where that is what it told last. */
  learn(path: string, value: unknown): void {
    this.byPath.get(path)?.learn({ value });
  }

  /** Calls f whenever the edit of a path changes. Returns its undo. */
  onPath(path: string, f: (edit: Edit) => void): () => void {
    const set = this.listeners.get(path) ?? new Set();
    this.listeners.set(path, set.add(f));
    return () => {
      set.delete(f);
      if (set.size === 0 && this.listeners.get(path) === set) this.listeners.delete(path);
      this.forget(path);
    };
  }

  /** Resolves once no edit waits for the game any more. */
  settled(): Promise<void> {
    if (this.pending === 0) return Promise.resolve();
    return new Promise((resolve) => {
      const off = this.onPending(() => {
        if (this.pending > 0) return;
        off();
        resolve();
      });
    });
  }

  /** Calls f whenever the number of pending edits changes. Returns its undo. */
  onPending(f: () => void): () => void {
    this.watchers.add(f);
    return () => this.watchers.delete(f);
  }

  private changed(edit: Edit): void {
    for (const f of [...(this.listeners.get(edit.path) ?? [])]) f(edit);
    let count = 0;
    for (const e of this.byPath.values()) if (e.pending) count++;
    this.forget(edit.path);
    if (count === this.count) return;
    this.count = count;
    for (const f of this.watchers) f();
  }

  private forget(path: string): void {
    const edit = this.byPath.get(path);
    if (edit === undefined || edit.pending || edit.refused !== undefined || this.listeners.has(path)) return;
    this.byPath.delete(path);
  }
}

let gestures = 0;

/** A number that no other gesture has. */
export function newGesture(): number {
  return ++gestures;
}

function reasonOf(fault: unknown): string {
  return fault instanceof Error ? fault.message : String(fault);
}
