// The pictures of a measurement: two distributions over each other, the difference of each round, the
// means of a sweep with their intervals. SVG, so that they follow the theme and can be read aloud.

import type { ComponentChildren } from 'preact';
import { useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { useApp } from '../../core/app';
import { ms, thin } from '../../core/units';
import { binned, marksOn, outline, padded, places, type Span, spanOf } from './costshapes';
import { type Centre, centreOf, type Line, type Round } from './coststats';
import { intervalText, plusMinus, verdictText } from './costtext';

const axis = 18; // px below
const side = 44; // px for numbers at the left
const binWidth = 5; // px

/** A distribution in a cell of the table, with a line at its mean. */
export function Tiny({ line, span }: { line: Line; span: Span }) {
  const bins = useMemo(() => binned(line.sorted, span, 32), [line, span]);
  const at = ((line.mean - span.low) / (span.high - span.low)) * 96;
  return (
    <svg viewBox="0 0 96 18" preserveAspectRatio="none" aria-hidden="true">
      <path class="cost-bar" d={outline(bins, Math.max(...bins, 1e-9), 96, 18)} />
      {at >= 0 && at <= 96 && <path class="cost-mean" d={`M${at} 0V18`} />}
    </svg>
  );
}

interface PictureProps {
  title: string;
  about: string;
  /** For those who do not see it. */
  label: string;
  tall?: boolean;
  keys?: ComponentChildren;
  children(width: number, height: number): ComponentChildren;
}

function Picture({ title, about, label, tall = false, keys, children }: PictureProps) {
  const box = useRef<HTMLDivElement>(null);
  const [[width, height], setSize] = useState([0, 0]);
  useLayoutEffect(() => {
    const element = box.current;
    if (element === null) return;
    const follow = (): void => setSize([element.clientWidth, element.clientHeight]);
    const observer = new ResizeObserver(follow);
    observer.observe(element);
    follow();
    return () => observer.disconnect();
  }, []);
  return (
    <figure>
      <figcaption>
        {title} <span class="muted">{about}</span>
        <span class="space" />
        {keys}
      </figcaption>
      <div class={`cost-picture${tall ? ' tall' : ''}`} ref={box}>
        <svg width={width} height={height} role="img" aria-label={label}>
          {width > 0 && children(width, height)}
        </svg>
      </div>
    </figure>
  );
}

interface Pair {
  lines: readonly Line[];
  labels: readonly string[];
  rounds: readonly Round[];
  centre: Centre;
}

/** Two values: how their frames are spread, and what each round found. */
export function Two({ lines, labels, rounds, centre }: Pair) {
  return (
    <div class="cost-pictures">
      <Spread lines={lines} labels={labels} />
      <Rounds line={lines[1] as Line} rounds={rounds} centre={centre} />
    </div>
  );
}

function Spread({ lines, labels }: { lines: readonly Line[]; labels: readonly string[] }) {
  const { theme } = useApp();
  theme.paint.value; // the inks follow the theme
  const span = useMemo(() => spanOf(lines), [lines]);
  const [fill, stroke] = [theme.slot(0), theme.slot(2)];
  const filled = { fill, 'fill-opacity': 0.45 };
  const drawn = { fill: 'none', stroke, 'stroke-width': 1.5 };
  const key = (v: number) => (
    <span class="cost-key">
      <svg width="9" height="9" aria-hidden="true">
        <rect x="1" y="1" width="7.5" height="7.5" {...(v === 0 ? filled : drawn)} />
      </svg>{' '}
      {labels[v]}
    </span>
  );
  return (
    <Picture
      title="Frames"
      about="ms · heights are roots of shares, the last bar holds all beyond"
      label={`Frames: ${verdictText(lines, labels)}`}
      keys={[0, 1].map(key)}
    >
      {(width, height) => {
        const base = height - axis;
        const [a, b] = lines.map((line) => binned(line.sorted, span, Math.max(16, Math.floor(width / binWidth))));
        if (a === undefined || b === undefined) return null;
        const most = Math.max(...a, ...b, 1e-9);
        const { at, places: digits } = marksOn(span, width / 80);
        return (
          <>
            <path d={outline(a, most, width, base)} {...filled} />
            <path d={outline(b, most, width, base, true)} {...drawn} />
            <path class="cost-base" d={`M0 ${base + 0.5}H${width}`} />
            {at.map((ns) => {
              const x = ((ns - span.low) / (span.high - span.low)) * width;
              return x > 12 && x < width - 12 && <Mark key={ns} x={x} y={height - 4} text={ms(ns, digits)} />;
            })}
          </>
        );
      }}
    </Picture>
  );
}

function Mark({ x, y, text, end = false }: { x: number; y: number; text: string; end?: boolean }) {
  return (
    <text class="cost-mark" x={x} y={y} text-anchor={end ? 'end' : 'middle'}>
      {text}
    </text>
  );
}

/** Horizontal lines with their numbers. */
function Levels({ span, y, width, height }: { span: Span; y(ns: number): number; width: number; height: number }) {
  const { at, places: digits } = marksOn(span, height / 34);
  return at.map((ns) => (
    <g key={ns}>
      <path class="cost-grid" d={across(y(ns), width)} />
      <Mark x={side - 6} y={y(ns) + 4} text={ms(ns, digits)} end />
    </g>
  ));
}

function across(y: number, width: number): string {
  return `M${side} ${Math.round(y) + 0.5}H${width}`;
}

/** The difference that each round found, about their mean and its interval: what the report rests on. */
function Rounds({ line, rounds, centre }: { line: Line; rounds: readonly Round[]; centre: Centre }) {
  const found = useMemo(() => {
    const at = (round: Round, v: number): number => centreOf(round[v] as Float64Array, centre);
    return rounds.map((round) => at(round, 1) - at(round, 0));
  }, [rounds, centre]);
  const span = padded(Math.min(0, ...found), Math.max(0, ...found));
  const { mean, half } = line.delta;
  return (
    <Picture
      title="Difference by round"
      about={`ms · band: 95${thin}% interval of the mean`}
      label={`Differences of ${found.length} rounds: ${intervalText(line)} ms`}
    >
      {(width, height) => {
        const y = (ns: number): number => {
          const inside = Math.min(span.high, Math.max(span.low, ns));
          return 6 + ((span.high - inside) / (span.high - span.low)) * (height - 12);
        };
        const [top, bottom] = [y(mean + half), y(mean - half)];
        return (
          <>
            {half >= 0 && <path class="cost-band" d={`M${side} ${top}H${width}V${bottom}H${side}`} />}
            <Levels span={span} y={y} width={width} height={height} />
            <path class="cost-zero" d={across(y(0), width)} />
            <path class="cost-middle" d={across(y(mean), width)} />
            {found.map((ns, i) => {
              const x = side + ((i + 0.5) / found.length) * (width - side - 6);
              return <circle key={x} class="cost-dot" cx={x} cy={y(ns)} r="2.5" />;
            })}
          </>
        );
      }}
    </Picture>
  );
}

interface SweepProps {
  lines: readonly Line[];
  labels: readonly string[];
  values: readonly unknown[];
  unit: string;
}

/** The cost of each value with the interval of its difference to the first, which is the dashed line. */
export function Sweep({ lines, labels, values, unit }: SweepProps) {
  const half = (line: Line): number => line.delta.half || 0;
  const span = padded(
    Math.min(...lines.map((l) => l.centre - half(l))),
    Math.max(...lines.map((l) => l.centre + half(l))),
  );
  const at = places(values);
  return (
    <div class="cost-pictures">
      <Picture
        title="Cost by value"
        about={`ms${unit && ` against ${unit}`} · bars: interval of the difference to ${labels[0]}`}
        label={`Cost by value: ${verdictText(lines, labels)}`}
        tall
      >
        {(width, height) => {
          const base = height - axis;
          const y = (ns: number): number => 6 + ((span.high - ns) / (span.high - span.low)) * (base - 12);
          const x = (v: number): number => side + 16 + (at[v] as number) * Math.max(0, width - side - 40);
          const room = Math.max(...labels.map((l) => l.length)) * 7 + 8; // px of a label
          const nth = Math.ceil((labels.length * room) / width);
          return (
            <>
              <Levels span={span} y={y} width={width} height={height} />
              <path class="cost-zero" d={across(y((lines[0] as Line).centre), width)} />
              <path class="cost-base" d={across(base, width)} />
              {typeof values[0] === 'number' && (
                <path
                  class="cost-line"
                  d={lines.map((l, v) => `${v === 0 ? 'M' : 'L'}${x(v)} ${y(l.centre)}`).join('')}
                />
              )}
              {lines.map((line, v) => {
                const [top, bottom] = [y(line.centre + half(line)), y(line.centre - half(line))];
                const [left, right] = [x(v) - 4, x(v) + 4];
                const sure = line.verdict === 'more' || line.verdict === 'less';
                return (
                  <g key={at[v]}>
                    <title>
                      {labels[v]}: {ms(line.centre, 3)} ms, {plusMinus(line.delta.half)} ms
                    </title>
                    <path
                      class="cost-whisker"
                      d={`M${x(v)} ${top}V${bottom}M${left} ${top}H${right}M${left} ${bottom}H${right}`}
                    />
                    <circle class={`cost-point${sure ? '' : ' open'}`} cx={x(v)} cy={y(line.centre)} r="3.5" />
                    {v % nth === 0 && <Mark x={x(v)} y={height - 4} text={labels[v] ?? ''} />}
                  </g>
                );
              })}
            </>
          );
        }}
      </Picture>
    </div>
  );
}
