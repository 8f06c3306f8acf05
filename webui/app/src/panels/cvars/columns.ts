// The columns of the cvar table.

import type { App } from '../../core/app';
import type { Cvar } from '../../core/protocol';
import type { Column } from '../../widgets/table/table';
import { ByCell, FlagsCell, HelpCell, NameCell, ResetCell, ValueCell } from './cells';
import { marksOf, person, setter, word } from './marks';
import type { Row } from './rows';
import { textOf } from './script';
import { bare } from './spec';
import type { Cvars } from './store';

/** The columns; `words` are those that are searched for. */
export function columns(app: App, store: Cvars, words: () => readonly string[]): Column<Row>[] {
  const text = (f: (cvar: Cvar) => string) => (row: Row) => (row.kind === 'cvar' ? f(row.cvar) : '');
  return [
    {
      key: 'name',
      title: 'Name',
      width: 190,
      class: 'name',
      text: (row) => (row.kind === 'cvar' ? row.cvar.name : row.name),
      view: (host) => new NameCell(host, words),
      span: (row) => row.kind === 'group',
    },
    {
      key: 'value',
      title: 'Value',
      width: 272,
      class: 'value',
      text: text((c) => (c.value === null ? '' : textOf(c.value))),
      view: (host) => new ValueCell(host, app, store),
    },
    {
      key: 'default',
      title: 'Default',
      width: 92,
      align: 'right',
      class: 'muted',
      text: text((c) =>
        c.type === 'string' && c.default !== '' && c.default !== null ? String(c.default) : word(bare(c), c.default),
      ),
      copy: text((c) => (c.default === null ? '' : textOf(c.default))),
    },
    {
      key: 'help',
      title: 'Help',
      width: 100,
      grow: 1,
      class: 'muted help',
      text: text((c) => c.help),
      view: (host) => new HelpCell(host, words),
    },
    {
      key: 'flags',
      title: 'Flags',
      width: 98,
      class: 'muted',
      text: text((c) => flagWords(c, store.cheats)),
      view: (host) => new FlagsCell(host, store),
    },
    {
      key: 'by',
      title: 'By',
      width: 106,
      class: 'by',
      text: text((c) => `${person(setter(c), c.layer, app.me.peek()?.name)} ${c.layer}`.trim()),
      view: (host) => new ByCell(host, app),
    },
    { key: 'reset', title: '', width: 34, class: 'reset', view: (host) => new ResetCell(host, app, store) },
  ];
}

function flagWords(cvar: Cvar, cheats: boolean): string {
  return marksOf(cvar, bare(cvar), cheats)
    .map((m) => m.text)
    .join(', ');
}
