import { beforeEach, describe, expect, test } from 'vitest';
import { type Answer, Edits } from '../../src/core/edits';
import { UndoLog } from '../../src/core/undo';

describe('Edits', () => {
  let sent: {
    path: string;
    value: unknown;
    answer(a?: Partial<Answer>): Promise<void>;
    refuse(reason: string): Promise<void>;
  }[];
  let frame: (() => void)[];
  let undo: UndoLog;
  let edits: Edits;

  beforeEach(() => {
    sent = [];
    frame = [];
    undo = new UndoLog();
    edits = new Edits({
      undo,
      now: () => 0,
      soon: (f) => frame.push(f),
      send: (path, value) => {
        let resolve: (a: Answer) => void = () => {};
        let reject: (e: Error) => void = () => {};
        const promise = new Promise<Answer>((yes, no) => {
          resolve = yes;
          reject = no;
        });
        const settle = async (f: () => void): Promise<void> => {
          f();
          await promise.catch(() => {});
          await Promise.resolve();
        };
        sent.push({
          path,
          value,
          answer: (a) => settle(() => resolve({ value, ...a })),
          refuse: (reason) => settle(() => reject(new Error(reason))),
        });
        return promise;
      },
    });
  });

  function draw(): void {
    for (const f of frame.splice(0)) f();
  }

  test('sends at once, is pending until the answer, then remembers it for undo', async () => {
    const edit = edits.edit('cvar:a');
    edit.set(5, { before: 1 });
    expect(sent.map((s) => s.value)).toEqual([5]);
    expect(edit.pending).toBe(true);
    expect(edits.pending).toBe(1);
    await sent[0]?.answer({ frame: 9 });
    expect(edits.pending).toBe(0);
    expect(undo.list()).toMatchObject([{ path: 'cvar:a', before: 1, after: 5, frame: 9 }]);
  });

  test('keeps one set in flight; the last value wins and is always sent', async () => {
    const edit = edits.edit('cvar:a');
    edit.set(1, { before: 0 });
    edit.set(2, { before: 0 });
    edit.set(3, { before: 0 });
    expect(sent.map((s) => s.value)).toEqual([1]);
    expect(edit.value).toBe(3);
    await sent[0]?.answer();
    expect(sent.map((s) => s.value)).toEqual([1, 3]);
    await sent[1]?.answer();
    expect(edit.pending).toBe(false);
  });

  test('sends at most one step of a scrub a frame, and the last one', async () => {
    const edit = edits.edit('cvar:a');
    for (let v = 1; v <= 50; v++) edit.set(v, { before: 0, gesture: 1, coalesce: true });
    expect(sent).toHaveLength(0);
    draw();
    expect(sent.map((s) => s.value)).toEqual([50]);
    edit.set(51, { before: 0, gesture: 1, coalesce: true });
    draw(); // the first is in flight
    expect(sent).toHaveLength(1);
    await sent[0]?.answer();
    draw();
    expect(sent.map((s) => s.value)).toEqual([50, 51]);
    await sent[1]?.answer();
    expect(undo.list()).toMatchObject([{ before: 0, after: 51, steps: 2 }]);
  });

  test('keeps the reason of a refusal until it is dismissed', async () => {
    const edit = edits.edit('cvar:a');
    edit.set(140, { before: 64 });
    await sent[0]?.refuse('at most 100');
    expect(edit.refused).toEqual({ value: 140, reason: 'at most 100' });
    expect(edit.pending).toBe(false);
    expect(undo.list()).toHaveLength(0);
    edit.dismiss();
    expect(edit.refused).toBeUndefined();
  });

  test('drops the refusal of a step when a newer one waits', async () => {
    const edit = edits.edit('cvar:a');
    edit.set(140, { before: 64 });
    edit.set(90, { before: 64 });
    await sent[0]?.refuse('at most 100');
    expect(edit.refused).toBeUndefined();
    await sent[1]?.answer();
    expect(undo.list()).toMatchObject([{ before: 64, after: 90 }]);
  });

  // The game tells of values ten times a second: one that was set and taken back between two looks
  // is for it as it was, and no event says so.
  test('a value that was taken back is known although no event tells', async () => {
    const told: unknown[] = [];
    edits.onPath('world:1:x', (edit) => told.push(edit.answered?.value));
    edits.edit('world:1:x').set(123.5, { before: 4 });
    await sent[0]?.answer();
    edits.learn('world:1:x', 4);
    edits.learn('world:2:x', 9); // nobody looks at it
    expect(told.at(-1)).toBe(4);
  });

  test('is settled once all is answered and stands in the log', async () => {
    await edits.settled();
    edits.edit('a').set(2, { before: 1 });
    edits.edit('b').set(4, { before: 3 });
    let settled = false;
    const done = edits.settled().then(() => {
      settled = true;
    });
    await sent[0]?.answer();
    expect(settled).toBe(false);
    await sent[1]?.refuse('too large');
    await done;
    expect(undo.list().map((e) => e.path)).toEqual(['a']);
  });

  test('tells who watches, and forgets paths that nobody watches', async () => {
    const seen: boolean[] = [];
    const off = edits.onPath('cvar:a', (e) => seen.push(e.pending));
    edits.edit('cvar:a').set(1, { before: 0 });
    await sent[0]?.answer();
    expect(seen).toEqual([true, false]);
    const before = edits.edit('cvar:a');
    off();
    expect(edits.edit('cvar:a')).not.toBe(before);
  });
});
