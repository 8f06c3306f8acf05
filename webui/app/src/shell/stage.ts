// What the page shows: the game, or a capture in its place. A capture is a session of its own, which
// a file feeds; the game's goes on recording meanwhile.

import { type Signal, signal } from '@preact/signals';
import type { CaptureInfo, Captures, Shown } from '../core/app';
import { labelOf } from '../core/incidents';
import type { LazyPanel } from '../core/panel';
import { record, recordScopes } from '../core/record';
import { Session } from '../core/session';
import { browserPorts, noPorts } from '../core/socket';
import { Theme } from '../core/theme';
import { bindPage } from './commands';
import { startPanels } from './loading';

const largest = 1 << 30; // bytes of a file that is looked at

const reader = () => import('../core/capturefile');
const player = () => import('../core/replay');

export class Stage implements Captures {
  /** The game's session; it never begins where a server shows a file alone. */
  readonly live: Session;
  readonly shown: Signal<Session>;
  /** Name of the file that is being read; empty while none is. */
  readonly opening: Signal<string> = signal('');
  /** What was wrong with the file that was to be shown first. */
  readonly fault: Signal<string> = signal('');
  readonly home: boolean;

  private readonly panels: readonly LazyPanel[];
  private readonly theme = new Theme();
  private turn = 0; // counts openings: a file that comes late is not shown over a later one

  /** @param home whether there is a game to go back to. */
  constructor(panels: readonly LazyPanel[], home: boolean) {
    this.panels = panels;
    this.home = home;
    this.live = new Session(panels, browserPorts(), { theme: this.theme, captures: this });
    this.shown = signal(this.live);
    record(this.live);
    bindPage(this.live);
    startPanels(this.live, panels, () => Promise.all([reader(), player()]));
  }

  async open(data: Blob, name: string): Promise<void> {
    const turn = ++this.turn;
    this.opening.value = name;
    this.fault.value = '';
    try {
      if (data.size > largest) throw new Error('The file is larger than this page takes');
      const { readCapture } = await reader();
      const file = await readCapture(data.stream(), name);
      if (turn !== this.turn) return;
      await this.play({ name, meta: file.meta, fault: file.fault, data }, file, turn);
    } catch (fault) {
      if (turn !== this.turn) return;
      const words = fault instanceof Error ? fault.message : String(fault);
      this.fault.value = `${name}: ${words}`;
      this.shown.peek().toast(`${name}: ${words}`, 'bad');
    } finally {
      if (turn === this.turn) this.opening.value = '';
    }
  }

  /** Opens the file that the server shows in the place of a game. */
  async openServed(path: string): Promise<void> {
    const name = decodeURIComponent(path.slice(path.lastIndexOf('/') + 1));
    this.opening.value = name;
    const answer = await fetch(path).catch(() => undefined);
    if (answer?.ok) await this.open(await answer.blob(), name);
    else {
      this.opening.value = '';
      this.fault.value = `${name} did not come: the program that shows it has ended`;
    }
  }

  game(): Shown {
    return this.live;
  }

  choose(): void {
    const input = document.createElement('input');
    input.type = 'file';
    input.accept = '.scry';
    input.addEventListener('change', () => {
      const file = input.files?.[0];
      if (file !== undefined) void this.open(file, file.name);
    });
    input.click();
  }

  leave(): void {
    const left = this.shown.peek();
    if (left === this.live || !this.home) return;
    this.turn++;
    left.close();
    this.live.keys.asleep = false;
    this.live.url.sleep(false);
    this.shown.value = this.live;
    this.live.frame.invalidate();
    this.live.frame.stir();
  }

  private async play(
    info: CaptureInfo,
    file: Parameters<typeof import('../core/replay').loginOf>[0],
    turn: number,
  ): Promise<void> {
    const { Replay, loginOf } = await player();
    if (turn !== this.turn) return;
    const before = this.shown.peek();
    if (before === this.live) {
      this.live.url.sleep(true);
      this.live.keys.asleep = true;
      // Frames and ranges of the game mean nothing in the file. An address that named a file keeps what it says.
      if (this.home) history.replaceState(null, '', `#/${before.url.panel.peek()}`);
    } else before.close();
    const session = new Session(this.panels, noPorts(), { theme: this.theme, captures: this, capture: info });
    record(session);
    recordScopes(session);
    bindPage(session);
    startPanels(session, this.panels);
    const replay = new Replay(session.rpc, file);
    replay.onIdle = () => {
      session.frame.invalidate();
      session.frame.stir();
    };
    session.socket.replay(replay, loginOf(file));
    this.shown.value = session;
    await replay.settled();
    aim(session, info);
  }
}

const byHand = ['client', 'call', 'capture'];

// What a person opens a capture for: the frame for which it was made, or where somebody asked for it
// later, the worst that is in it.
function aim(session: Session, { meta: { reason } }: CaptureInfo): void {
  const { timings, marks, axis, cursor } = session;
  const ofTest = session.me.peek()?.features.includes('tests') === true;
  if (reason !== null) {
    const { time, frame, kind, text } = reason;
    // A frame that took long is over when that is known: its mark stands where it began.
    const at = kind === 'frame' ? timings.find(frame) : -1;
    const x = at < 0 ? axis.place(time) : timings.x.at(at);
    marks.replace('incident', [{ x, label: labelOf(kind, text), frame }]);
  }
  const worst = timings.worst[0]?.frame;
  const frame = reason === null || byHand.includes(reason.kind) ? (worst ?? reason?.frame) : reason.frame;
  if (frame !== undefined && cursor.f.peek() === '' && timings.find(frame) >= 0) session.openFrame(frame);
  if (ofTest) session.go('tests');
}

/** Lets files be dropped anywhere on the page. */
export function takeDrops(stage: Stage): void {
  const carriesFile = (event: DragEvent): boolean => event.dataTransfer?.types.includes('Files') ?? false;
  addEventListener('dragover', (event) => {
    if (!carriesFile(event)) return;
    event.preventDefault(); // or the browser would leave the page for the file
    document.documentElement.classList.add('dropping');
  });
  const over = (): void => document.documentElement.classList.remove('dropping');
  addEventListener('dragleave', (event) => {
    if (event.relatedTarget === null) over();
  });
  addEventListener('drop', (event) => {
    over();
    const file = event.dataTransfer?.files[0];
    if (file === undefined) return;
    event.preventDefault();
    void stage.open(file, file.name);
  });
}
