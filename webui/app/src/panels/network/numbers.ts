// Columns of numbers, all written alike: fixed decimals, right-aligned, zeros dimmed.

import { count, fixed, none } from '../../core/units';
import type { Field } from './sheet';

interface NumberColumn<R> {
  key: string;
  title: string;
  /** Unit of the whole column, dimmed in its head. */
  note?: string;
  width: number;
  help?: string;
  value(row: R): number;
  /** Decimals; 0 when left out. */
  decimals?: number;
  /** Numbers above 0 are a fault: they bear this mark. */
  fault?: 'warn' | 'bad';
  heat?: boolean;
}

const marks = { warn: '▲', bad: '✕' } as const;

/** A column of numbers, sorted by them. */
export function numbers<R>(c: NumberColumn<R>): Field<R> {
  const { key, title, note, width, help, value, decimals = 0, fault, heat = false } = c;
  const text = (row: R): string => {
    const n = value(row);
    if (Number.isNaN(n)) return none;
    const digits = decimals === 0 ? count(n) : fixed(n, decimals);
    return fault !== undefined && n > 0 ? `${marks[fault]} ${digits}` : digits;
  };
  return {
    key,
    title,
    width,
    heat,
    align: 'right',
    by: value,
    text,
    copy: (row) => (Number.isNaN(value(row)) ? '' : value(row).toFixed(decimals)),
    tone: (row) => (value(row) > 0 ? (fault ?? '') : 'muted'),
    ...(note !== undefined && { note }),
    ...(help !== undefined && { help }),
  };
}

/** Takes the room that the other columns leave: a name and its numbers stand close together. */
export function filler<R>(): Field<R> {
  return { key: 'rest', title: '', width: 0, grow: 1, class: 'rest' };
}

/** Bytes as the columns show them. */
export function kib(bytes: number): number {
  return bytes / 1024;
}
