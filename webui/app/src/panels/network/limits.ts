// What is bounded, by what, and which bound was hit.

import type { App } from '../../core/app';
import type { Limit } from '../../core/protocol';
import { bytes, count, duration, none, type Quantity } from '../../core/units';
import { numbers } from './numbers';
import { Sheet } from './sheet';
import { limitKey, type Net } from './store';

/** A limit and how often it was hit since the page was opened. */
export interface LimitRow {
  limit: Limit;
  since: number;
}

/** The rows of now. */
export function limitRows(net: Net): LimitRow[] {
  return (net.shown.stats?.limits ?? []).map((limit) => ({ limit, since: net.hitsSince(limit) }));
}

/** How many limits were hit since the page was opened. */
export function limitsHit(net: Net): number {
  return limitRows(net).filter((row) => row.since > 0).length;
}

/** The value of a limit in the unit that suits it. */
export function limitValue({ value, unit }: Limit): Quantity {
  if (value <= 0) return { value: 'none', unit: '' };
  if (unit === 'B') return bytes(value, value % 1024 === 0 ? 0 : 1);
  if (unit === 'ns') {
    const { value: number, unit } = duration(value);
    return { value: number.replace(/\.?0+$/, ''), unit };
  }
  return { value: count(value), unit };
}

export function limitSheet(app: App): Sheet<LimitRow> {
  return new Sheet<LimitRow>(app, {
    id: 'limits',
    what: 'limits',
    key: (row) => limitKey(row.limit),
    words: ({ limit: l, since }) => `${l.scope} ${l.name} ${l.help ?? ''}${since > 0 ? ' hit' : ''}`,
    dress: (row) => (row.since > 0 ? { class: 'hit' } : {}),
    columns: [
      { key: 'scope', title: 'Scope', width: 92, by: (r) => r.limit.scope, text: (r) => r.limit.scope, class: 'muted' },
      { key: 'name', title: 'Limit', width: 168, by: (r) => r.limit.name, text: (r) => r.limit.name },
      {
        key: 'value',
        title: 'Value',
        width: 96,
        align: 'right',
        text: (r) => limitValue(r.limit).value,
        copy: (r) => String(r.limit.value),
      },
      {
        key: 'unit',
        title: 'Unit',
        width: 92,
        class: 'unit-cell',
        text: (r) => limitValue(r.limit).unit,
        copy: (r) => r.limit.unit,
      },
      numbers({
        key: 'since',
        title: 'Hit since opened',
        width: 116,
        fault: 'warn',
        heat: true,
        help: 'How often it was hit since this page was opened',
        value: (r) => r.since,
      }),
      numbers({
        key: 'hits',
        title: 'Hits',
        width: 80,
        help: 'How often it was hit since the game began',
        value: (r) => r.limit.hits,
      }),
      {
        key: 'help',
        title: 'When it is met',
        width: 140,
        grow: 1,
        class: 'muted',
        text: (r) => r.limit.help ?? none,
      },
    ],
  });
}
