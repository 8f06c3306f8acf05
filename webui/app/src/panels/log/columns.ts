// The columns of the log.

import type { App } from '../../core/app';
import type { Column } from '../../widgets/table/table';
import { CountCell, FrameCell, type Item, levelMarks, MessageCell, shortSource } from './list';
import type { Row } from './view';

/** The columns; `isOpen` tells which rows show their attributes. */
export function columns(app: App, isOpen: (row: Row) => boolean): Column<Item>[] {
  const text = (f: (item: Extract<Item, { kind: 'line' }>) => string) => (item: Item) =>
    item.kind === 'line' ? f(item) : '';
  return [
    {
      key: 'frame',
      title: 'Frame',
      width: 84,
      align: 'right',
      class: 'log-frame',
      text: text((i) => String(i.row.last.line.frame)),
      view: (host) => new FrameCell(host, app),
    },
    {
      key: 'level',
      title: 'Level',
      width: 24,
      class: 'log-level',
      text: text((i) => levelMarks[i.row.last.line.level]),
      copy: text((i) => i.row.last.line.level),
    },
    {
      key: 'source',
      title: 'Source',
      width: 132,
      class: 'log-source',
      text: text((i) => shortSource(i.row.last.line.source)),
      copy: text((i) => i.row.last.line.source),
    },
    {
      key: 'message',
      title: 'Message',
      width: 200,
      grow: 1,
      class: 'log-cell',
      text: (item) =>
        item.kind === 'line'
          ? `${item.row.last.line.msg} ${item.row.last.attrs}`.trim()
          : `${item.name} ${item.text}`.trim(),
      view: (host) => new MessageCell(host, isOpen),
    },
    {
      key: 'count',
      title: 'Repeats',
      width: 76,
      align: 'right',
      text: text((i) => (i.row.count > 1 ? String(i.row.count) : '')),
      view: (host) => new CountCell(host),
    },
  ];
}
