// The columns of the log.

import type { App } from '../../core/app';
import type { Column } from '../../widgets/table/table';
import { CountCell, FrameCell, kindMarks, MessageCell, rowOf } from './cells';
import { type Item, shortSource } from './list';
import type { Row } from './view';

/** The columns; `isOpen` tells which rows show their attributes. */
export function columns(app: App, isOpen: (row: Row) => boolean): Column<Item>[] {
  return [
    {
      key: 'frame',
      title: 'Frame',
      width: 84,
      align: 'right',
      class: 'log-frame',
      text: (item) => String(rowOf(item)?.last.lastFrame ?? ''),
      view: (host) => new FrameCell(host, app),
    },
    {
      key: 'level',
      title: 'Level',
      width: 24,
      class: 'log-level',
      text: (item) => kindMarks[rowOf(item)?.last.kind ?? 'output'],
      copy: (item) => rowOf(item)?.last.kind ?? '',
    },
    {
      key: 'source',
      title: 'Source',
      width: 124,
      class: 'log-source',
      text: sourceText,
      copy: (item) => (item.kind === 'line' ? item.row.last.source : sourceText(item)),
    },
    {
      key: 'message',
      title: 'Message',
      width: 200,
      grow: 1,
      class: 'log-cell',
      text: messageText,
      view: messages(isOpen),
    },
    {
      key: 'count',
      title: 'Repeats',
      width: 98,
      align: 'right',
      class: 'log-end',
      text: (item) => (item.kind === 'line' && item.row.count > 1 ? String(item.row.count) : ''),
      view: (host) => new CountCell(host, app),
    },
  ];
}

function messages(isOpen: (row: Row) => boolean) {
  return (host: HTMLElement): MessageCell => new MessageCell(host, isOpen);
}

function sourceText(item: Item): string {
  if (item.kind === 'line') return shortSource(item.row.last.source);
  if (item.kind === 'command') return item.own.by || 'you';
  return item.kind === 'strip' && item.index === 0 ? item.own.of : '';
}

function messageText(item: Item): string {
  if (item.kind === 'line') return `${item.row.last.msg} ${item.row.last.attrs}`.trim();
  if (item.kind === 'attr') return `${item.name} ${item.text}`.trim();
  return item.kind === 'command' ? item.own.line : item.strip.parts.map((p) => p.text).join('');
}
