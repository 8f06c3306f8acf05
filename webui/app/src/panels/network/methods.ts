// What is called, how often, and what it costs.

import type { App } from '../../core/app';
import type { MethodStats } from '../../core/protocol';
import type { CellView } from '../../widgets/table/table';
import { filler, numbers } from './numbers';
import { Sheet } from './sheet';
import type { Net } from './store';

/** A method and its rates. */
export interface MethodRow {
  method: MethodStats;
  /** calls by the second */
  rate: number;
  /** ns of the game's time by the second */
  load: number;
  /** of the time of all methods, 0 to 1 */
  share: number;
}

/** The rows of now. */
export function methodRows(net: Net): MethodRow[] {
  const { methodRates: rates } = net;
  const methods = net.shown.stats?.methods ?? [];
  const all = methods.reduce((sum, m) => sum + (rates.of(m.name, 1) || 0), 0);
  return methods.map((method) => {
    const load = rates.of(method.name, 1);
    return { method, rate: rates.of(method.name, 0), load, share: all > 0 ? (load || 0) / all : 0 };
  });
}

const perCall = (total: number, { calls }: MethodStats): number => (calls === 0 ? Number.NaN : total / calls);

class ShareCell implements CellView<MethodRow> {
  private readonly bar = document.createElement('span');

  constructor(host: HTMLElement) {
    const well = document.createElement('span');
    well.className = 'share';
    well.append(this.bar);
    host.append(well);
  }

  show({ share }: MethodRow): void {
    this.bar.style.width = `${(share * 100).toFixed(1)}%`;
  }
}

export function methodSheet(app: App): Sheet<MethodRow> {
  return new Sheet<MethodRow>(app, {
    id: 'methods',
    what: 'methods',
    order: '-calls',
    lesser: ['share'],
    key: (row) => row.method.name,
    words: (row) => `${row.method.name}${row.method.failed > 0 ? ' failed' : ''}`,
    columns: [
      { key: 'name', title: 'Method', width: 168, most: 240, by: (r) => r.method.name, text: (r) => r.method.name },
      numbers({ key: 'rate', title: 'Calls', note: '/s', width: 84, decimals: 1, value: (r) => r.rate }),
      numbers({ key: 'calls', title: 'Calls', width: 92, help: 'Since the game began', value: (r) => r.method.calls }),
      numbers({
        key: 'failed',
        title: 'Failed',
        width: 84,
        fault: 'bad',
        heat: true,
        help: 'Calls that were answered with an error',
        value: (r) => r.method.failed,
      }),
      numbers({
        key: 'load',
        title: 'Load',
        note: 'ms/s',
        width: 92,
        decimals: 2,
        help: "Time of the game's loop that its calls take by the second",
        value: (r) => r.load / 1e6,
      }),
      {
        key: 'share',
        title: 'Share',
        width: 72,
        most: 140,
        help: 'Of the time that all methods take',
        view: (host) => new ShareCell(host),
      },
      numbers({
        key: 'mean',
        title: 'Mean',
        note: 'ms',
        width: 84,
        decimals: 3,
        value: (r) => perCall(r.method.time, r.method) / 1e6,
      }),
      numbers({
        key: 'max',
        title: 'Max',
        note: 'ms',
        width: 84,
        decimals: 3,
        help: 'The longest call since the game began',
        value: (r) => (r.method.calls === 0 ? Number.NaN : r.method.max / 1e6),
      }),
      numbers({
        key: 'in',
        title: 'In',
        note: 'B/call',
        width: 92,
        help: 'Length of a request',
        value: (r) => perCall(r.method.in, r.method),
      }),
      numbers({
        key: 'out',
        title: 'Out',
        note: 'B/call',
        width: 92,
        help: 'Length of an answer',
        value: (r) => perCall(r.method.out, r.method),
      }),
      filler(),
    ],
  });
}
