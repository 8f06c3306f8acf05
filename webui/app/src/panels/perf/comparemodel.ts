// Which two stretches are compared: the recording or a range of it, an incident, a file, the running game.

import { type Signal, signal } from '@preact/signals';
import type { App } from '../../core/app';
import { Axis } from '../../core/axis';
import type { CaptureFile } from '../../core/capturefile';
import type { Incident } from '../../core/protocol';
import { shapes } from '../../core/shapes';
import { TimingStore } from '../../core/timings';
import { count, frameName } from '../../core/units';
import type { Stretch } from './comparestats';
import { perfModel } from './model';

/** One side, with what a person calls it. */
export interface Side extends Stretch {
  label: string;
}

export type Which = 'a' | 'b';

export class CompareModel {
  readonly a: Signal<Side | undefined> = signal(undefined);
  readonly b: Signal<Side | undefined> = signal(undefined);
  /** Why a side could not be had. */
  readonly fault: Signal<string> = signal('');
  /** A side is on its way. */
  readonly busy: Signal<Which | undefined> = signal(undefined);
  private readonly app: App;

  constructor(app: App) {
    this.app = app;
  }

  /** Sides that are there from the start: the selected range, or the older half, against the rest. */
  begin(): void {
    if (this.a.peek() !== undefined || this.b.peek() !== undefined) return;
    const { timings } = this.app.shown();
    const range = perfModel(this.app).range.peek() === '' ? undefined : perfModel(this.app).selection();
    if (range !== undefined) {
      this.a.value = this.stretch(...range);
      this.b.value = this.whole();
      return;
    }
    const middle = Math.floor((timings.first + timings.count) / 2);
    this.a.value = this.stretch(timings.first, middle);
    this.b.value = this.stretch(middle, timings.count);
  }

  /** All that is recorded, as it is now. */
  useWhole(which: Which): void {
    this[which].value = this.whole();
  }

  /** The frames that are selected in the bars. Reports whether there are any. */
  useSelection(which: Which): boolean {
    const range = perfModel(this.app).selection();
    if (range === undefined) return false;
    this[which].value = this.stretch(...range);
    return true;
  }

  /** The running game's recording, while a capture is shown. */
  useGame(which: Which): void {
    const timings = this.app.captures.game().timings.freeze();
    this[which].value = { timings, from: timings.first, to: timings.count, label: 'the running game' };
  }

  async useIncident(which: Which, incident: Incident): Promise<void> {
    await this.during(which, async () => {
      const got = await this.app.incidents.get(incident, 'scry');
      if (got === undefined) throw new Error('The incident did not come');
      await this.take(which, got.data, `${frameName(incident.frame)} ${incident.reason}`);
    });
  }

  async useFile(which: Which, file: File): Promise<void> {
    await this.during(which, () => this.take(which, file, file.name));
  }

  swap(): void {
    const a = this.a.peek();
    this.a.value = this.b.peek();
    this.b.value = a;
  }

  private async take(which: Which, data: Blob, name: string): Promise<void> {
    const { readCapture } = await import('../../core/capturefile');
    const timings = timingsOf(await readCapture(data.stream(), name));
    if (timings.count === 0) throw new Error(`${name} holds no frames`);
    this[which].value = { timings, from: timings.first, to: timings.count, label: name };
  }

  private async during(which: Which, work: () => Promise<void>): Promise<void> {
    this.busy.value = which;
    this.fault.value = '';
    try {
      await work();
    } catch (fault) {
      this.fault.value = fault instanceof Error ? fault.message : String(fault);
    } finally {
      this.busy.value = undefined;
    }
  }

  private whole(): Side {
    const timings = this.app.shown().timings.freeze(); // the side must not move while it is read
    return {
      ...this.named(timings, timings.first, timings.count),
      label: this.app.capture?.name ?? 'all that is recorded',
    };
  }

  private stretch(from: number, to: number): Side {
    return this.named(this.app.shown().timings.freeze(), from, to);
  }

  private named(timings: TimingStore, from: number, to: number): Side {
    const [a, b] = [timings.frame.at(from), timings.frame.at(to - 1)];
    return { timings, from, to, label: `${frameName(a)} – ${Number.isNaN(b) ? '' : count(b)}` };
  }
}

/** The frames of a file, as the page records those of a game. */
export function timingsOf(file: CaptureFile): TimingStore {
  const axis = new Axis();
  axis.begin(file.meta.from, file.meta.firstFrame, false);
  const timings = new TimingStore(axis);
  const opening = shapes.timings?.state(file.snapshots.get('timings'));
  timings.opened(opening as Parameters<typeof timings.opened>[0]);
  for (const message of file.messages.get('timings') ?? []) {
    const head = new DataView(message, 0, header);
    timings.take(new DataView(message, header), head.getUint32(12, true), Number(head.getBigInt64(16, true)), 0);
  }
  return timings;
}

const header = 24;
const models = new WeakMap<App, CompareModel>();

/** The page's one model: what was compared is there when the view is opened again. */
export function compareModel(app: App): CompareModel {
  let model = models.get(app);
  if (model === undefined) {
    model = new CompareModel(app);
    models.set(app, model);
  }
  return model;
}
