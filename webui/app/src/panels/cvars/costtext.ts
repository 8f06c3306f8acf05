// What came of a measurement, in words and as tables to be copied.

import { fixed, ms, none, text, thin } from '../../core/units';
import type { Line } from './coststats';

/** Decimals of ms in which an interval of so many ns says something. */
export function decimalsFor(half: number): number {
  if (!(half > 0)) return 3;
  return Math.min(4, Math.max(2, Math.ceil(-Math.log10(half / 3e6))));
}

/** `±0.05`, ms. What is rounded is rounded up: an interval must not look narrower than it is. */
export function plusMinus(half: number): string {
  if (Number.isNaN(half)) return `±${none}`;
  const places = decimalsFor(half);
  const unit = 10 ** places;
  return `±${fixed(Math.ceil((half / 1e6) * unit - 1e-9) / unit, places)}`;
}

/** `+1.84`, ms. */
export function signed(ns: number, places: number): string {
  const out = ms(ns, places);
  return ns > 0 && Number(out.replaceAll(thin, '')) !== 0 ? `+${out}` : out;
}

/** `+1.79 … +1.90`, ms. */
export function intervalText({ delta: { mean, half } }: Line): string {
  if (Number.isNaN(half)) return none;
  const places = decimalsFor(half);
  return `${signed(mean - half, places)} … ${signed(mean + half, places)}`;
}

/** The value whose difference to the first is greatest against what is known of it. */
export function foremost(lines: readonly Line[]): number {
  let best = 1;
  for (let v = 2; v < lines.length; v++) if (weight(lines[v]) > weight(lines[best])) best = v;
  return best;
}

function weight(line: Line | undefined): number {
  return line === undefined || line.verdict === 'few' ? -1 : line.verdict === 'none' ? 0 : Math.abs(line.delta.mean);
}

/** The outcome in one sentence; `labels` are the values. */
export function verdictText(lines: readonly Line[], labels: readonly string[]): string {
  const v = foremost(lines);
  const line = lines[v];
  if (line === undefined) return 'one value alone';
  const { mean, half } = line.delta;
  const places = decimalsFor(half);
  const unit = `${thin}ms`;
  switch (line.verdict) {
    case 'few':
      return 'too few rounds to tell';
    case 'none': {
      const widest = Math.max(...lines.slice(1).map((l) => l.delta.half));
      return `no difference found (${plusMinus(widest)}${unit})`;
    }
    default:
      return `${labels[v]} costs ${ms(Math.abs(mean), places)}${unit} ${line.verdict} than ${labels[0]}`;
  }
}

/** What a line's verdict is called, with its mark. */
export const verdictWords = { more: '▲ more', less: '▼ less', none: '≈ none found', few: '– too few' } as const;

/** What a copied report says of itself. */
export interface About {
  name: string;
  measure: string;
  centre: string;
  labels: readonly string[];
  rounds: number;
  every: number;
  seed: string;
}

const columns = ['frames', 'mean ms', 'p50 ms', 'p95 ms', 'p99 ms', 'difference ms', 'low ms', 'high ms', 'verdict'];

function cells(line: Line, v: number): string[] {
  const { mean, half } = line.delta;
  const n = (ns: number): string => (Number.isNaN(ns) ? '' : (ns / 1e6).toFixed(4));
  const against =
    v === 0 ? ['', '', '', 'first'] : [n(mean), n(mean - half), n(mean + half), verdictWords[line.verdict].slice(2)];
  return [String(line.frames), n(line.mean), n(line.p50), n(line.p95), n(line.p99), ...against];
}

/** The report for a spreadsheet. */
export function tsv(lines: readonly Line[], { name, labels }: About): string {
  const rows = lines.map((line, v) => [labels[v], ...cells(line, v)].join('\t'));
  return `${[name, ...columns].join('\t')}\n${rows.join('\n')}\n`;
}

/** The report for an issue or a wiki. */
export function markdown(lines: readonly Line[], about: About): string {
  const { name, measure, labels, rounds, every, seed } = about;
  const row = (all: readonly string[]): string => `| ${all.map((c) => c.replaceAll('|', '\\|')).join(' | ')} |`;
  const head = [name, ...columns];
  return [
    `**Cost of ${name}** in ${measure}: ${verdictText(lines, labels)}.`,
    '',
    row(head),
    `|${head.map((_, i) => (i === 0 || i === head.length - 1 ? '---' : '---:')).join('|')}|`,
    ...lines.map((line, v) => row([labels[v] ?? '', ...cells(line, v)])),
    '',
    `${rounds} rounds of ${every} frames for each value, shuffled (seed ${seed}); 95 % intervals of the differences of block ${about.centre}s by round.`,
    '',
  ].join('\n');
}

/** Seconds for a person: `12 s`, `2 min 5 s`. */
export function timeText(seconds: number): string {
  const s = Math.max(1, Math.round(seconds));
  if (s < 60) return text({ value: String(s), unit: 's' });
  const rest = s % 60;
  return `${Math.floor(s / 60)}${thin}min${rest > 0 && s < 600 ? ` ${rest}${thin}s` : ''}`;
}
