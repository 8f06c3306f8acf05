// The stream in numbers and lines.

import { useLive } from '../../core/live';
import { count, fixed } from '../../core/units';
import { Mount } from '../../widgets/mount';
import { type Line, lines, StreamChart } from './charts';
import { granted } from './controlbar';
import { span } from './meter';
import type { Display } from './model';

const units: Record<Line['id'], string> = { latency: 'ms', decode: 'ms', size: 'kB', dropped: '' };

export function StreamBlock({ display }: { display: Display }) {
  const grant = useLive(() => granted(display));
  return (
    <section class="panel display-block stream-block" aria-label="Stream">
      <header class="panel-head">
        <h2>Stream</h2>
        <span class="muted">last {span} s</span>
        <span class="space" />
        <span
          class="muted cut"
          title="What the game grants; less than was asked for where this page or the line is slow"
        >
          {grant}
        </span>
      </header>
      <div class="dp-block-body">
        {lines.map((line) => (
          <Row key={line.id} display={display} line={line} />
        ))}
      </div>
    </section>
  );
}

function Row({ display, line }: { display: Display; line: Line }) {
  const value = useLive(() => read(display, line));
  return (
    <div class="dp-stream-row">
      <span>{line.id}</span>
      <span class="dp-stream-value">
        {value} <span class="unit">{units[line.id]}</span>
      </span>
      <Mount class="dp-stream-host" make={() => new StreamChart(display, line)} />
    </div>
  );
}

function read({ meter }: Display, line: Line): string {
  const { latency, decode } = meter.readings(performance.now());
  if (line.id === 'latency') return fixed(latency);
  if (line.id === 'decode') return fixed(decode, 1);
  return line.id === 'size' ? fixed(meter.bytes.last / 1000, 1) : count(meter.dropped);
}
