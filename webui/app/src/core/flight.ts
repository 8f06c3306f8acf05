// What happened before the page was there: the game keeps its last seconds, and they come as a file.
// They are told to the stores before the live frames, which wait for them, but not for long.

import { type CaptureFile, readCapture } from './capturefile';
import { binaryHeader } from './protocol';
import type { Session } from './session';
import { shapes } from './shapes';

/** ms that live frames wait at most. */
export const patience = 2000;

/** Asks the game for its last seconds. A game that has none, or is slow, is no fault. */
export async function recall(session: Session): Promise<void> {
  const late = new Promise<undefined>((done) => setTimeout(done, patience));
  const file = await Promise.race([ask(session).catch(() => undefined), late]);
  if (file !== undefined) remember(session, file);
}

/** Asks for the scopes of the last seconds alone: nobody took them while no timeline was shown. */
export async function fill(session: Session): Promise<void> {
  const file = await ask(session).catch(() => undefined);
  if (file !== undefined) rememberScopes(session, file);
}

async function ask(session: Session): Promise<CaptureFile | undefined> {
  // Its answer comes after those of the subscriptions: what the file lacks, they have.
  await session.rpc.call('echo', {});
  const answer = await session.fetch('capture/flight');
  return answer.ok && answer.body !== null ? readCapture(answer.body, 'flight') : undefined;
}

/** Tells the stores of frames that they do not have. */
export function remember(session: Session, file: CaptureFile): void {
  const { timings, axis } = session;
  const messages = file.messages.get('timings') ?? [];
  const names = shapes.timings?.state(file.snapshots.get('timings'));
  if (names === undefined || messages.length === 0) return;
  // Where the recorder reaches back to what is held already, nothing is missing between.
  const opening = names as Parameters<typeof timings.opened>[0];
  if (axis.place(unfold(messages[0] as ArrayBuffer).time) <= timings.x.last) timings.setNames(opening);
  else timings.opened(opening);
  for (const message of messages) {
    const { number, time, payload } = unfold(message);
    if (!(axis.place(time) <= timings.x.last)) timings.take(payload, number, time, 0);
  }
  rememberScopes(session, file);
  session.joined = true;
}

function rememberScopes({ scopes, frame }: Session, file: CaptureFile): void {
  const tracks = shapes.scopes?.state(file.snapshots.get('scopes'));
  if (tracks !== undefined) scopes.opened(tracks as Parameters<typeof scopes.opened>[0]);
  for (const message of file.messages.get('scopes') ?? []) {
    const { number, time, payload } = unfold(message);
    scopes.take(payload, number, time, 0);
  }
  frame.invalidate();
}

function unfold(message: ArrayBuffer): { number: number; time: number; payload: DataView } {
  const view = new DataView(message);
  return {
    number: view.getUint32(12, true),
    time: Number(view.getBigInt64(16, true)),
    payload: new DataView(message, binaryHeader),
  };
}
