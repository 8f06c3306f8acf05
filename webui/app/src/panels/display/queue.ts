// Decodes several at once and hands them out in the order in which they came.

interface Entry<P, D> {
  from: P;
  made?: { value: D } | { fault: unknown };
}

export interface QueuePorts<P, D> {
  decode(from: P): Promise<D>;
  draw(made: D, from: P): void;
  /** What was made is not wanted any more. */
  drop(made: D): void;
  /** One could not be decoded: all that came behind it builds on what is not there. */
  failed(fault: unknown): void;
}

export class InOrder<P, D> {
  private line: Entry<P, D>[] = [];
  private readonly ports: QueuePorts<P, D>;

  constructor(ports: QueuePorts<P, D>) {
    this.ports = ports;
  }

  /** How many are on their way. */
  get length(): number {
    return this.line.length;
  }

  add(from: P): void {
    const entry: Entry<P, D> = { from };
    this.line.push(entry);
    this.ports.decode(from).then(
      (value) => this.done(entry, { value }),
      (fault: unknown) => this.done(entry, { fault }),
    );
  }

  /** Forgets all that are on their way. */
  clear(): void {
    for (const { made } of this.line) if (made !== undefined && 'value' in made) this.ports.drop(made.value);
    this.line = [];
  }

  private done(entry: Entry<P, D>, made: { value: D } | { fault: unknown }): void {
    if (!this.line.includes(entry)) {
      if ('value' in made) this.ports.drop(made.value);
      return;
    }
    entry.made = made;
    for (let first = this.line[0]; first?.made !== undefined; first = this.line[0]) {
      this.line.shift();
      if ('value' in first.made) this.ports.draw(first.made.value, first.from);
      else {
        this.clear();
        this.ports.failed(first.made.fault);
      }
    }
  }
}
