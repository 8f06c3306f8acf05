// Plays a decoded sound. The context begins with the first press of Play: no browser lets a page make
// noise before somebody touched it.

import { type Signal, signal } from '@preact/signals';

/** A stretch of the sound, seconds. */
export interface Stretch {
  from: number;
  to: number;
}

export class Player {
  readonly playing = signal(false);
  readonly loop = signal(false);
  readonly volume = signal(0.8);
  /** Only this is played. */
  readonly stretch: Signal<Stretch | undefined> = signal(undefined);
  private buffer: AudioBuffer | undefined;
  private context: AudioContext | undefined;
  private source: AudioBufferSourceNode | undefined;
  private gain: GainNode | undefined;
  private begun = 0; // of the context's clock
  private offset = 0; // seconds; where playing began, or stands

  /** Plays another sound from now on. */
  load(buffer: AudioBuffer): void {
    this.stop();
    this.buffer = buffer;
    this.stretch.value = undefined;
    this.offset = 0;
  }

  /** Where it stands, seconds. */
  get at(): number {
    if (this.source === undefined || this.context === undefined) return this.offset;
    const { from, to } = this.part;
    let at = this.offset + (this.context.currentTime - this.begun);
    if (this.loop.peek() && to > from && at >= to) at = from + ((at - from) % (to - from));
    return Math.min(at, to);
  }

  toggle(): void {
    if (this.playing.peek()) this.stop();
    else this.play(this.at);
  }

  /** Plays from a moment on. */
  play(at: number): void {
    const { buffer } = this;
    if (buffer === undefined) return;
    this.stop();
    this.context ??= new AudioContext();
    void this.context.resume();
    this.gain ??= new GainNode(this.context, { gain: this.volume.peek() });
    this.gain.connect(this.context.destination);
    const { from, to } = this.part;
    const begin = at < from || at >= to - 0.001 ? from : at;
    const source = new AudioBufferSourceNode(this.context, {
      buffer,
      loop: this.loop.peek(),
      loopStart: from,
      loopEnd: to,
    });
    source.connect(this.gain);
    if (this.loop.peek()) source.start(0, begin);
    else source.start(0, begin, to - begin);
    source.onended = () => {
      if (this.source !== source) return;
      this.source = undefined;
      this.playing.value = false;
      this.offset = this.part.from;
    };
    this.source = source;
    this.begun = this.context.currentTime;
    this.offset = begin;
    this.playing.value = true;
  }

  /** Stays where it is. */
  stop(): void {
    const { source } = this;
    if (source === undefined) return;
    this.offset = this.at;
    this.source = undefined;
    source.stop();
    this.playing.value = false;
  }

  /** Goes to a moment, playing on if it plays. */
  seek(at: number): void {
    const to = Math.max(0, Math.min(at, this.buffer?.duration ?? 0));
    if (this.playing.peek()) this.play(to);
    else this.offset = to;
  }

  setLoop(on: boolean): void {
    const at = this.at;
    this.loop.value = on;
    if (this.playing.peek()) this.play(at);
  }

  setStretch(stretch: Stretch | undefined): void {
    this.stretch.value = stretch;
    if (this.playing.peek()) this.play(stretch?.from ?? this.at);
    else if (stretch !== undefined) this.offset = stretch.from;
  }

  setVolume(volume: number): void {
    this.volume.value = volume;
    if (this.gain) this.gain.gain.value = volume;
  }

  dispose(): void {
    this.stop();
    void this.context?.close();
    this.context = undefined;
    this.gain = undefined;
  }

  private get part(): Stretch {
    return this.stretch.peek() ?? { from: 0, to: this.buffer?.duration ?? 0 };
  }
}
