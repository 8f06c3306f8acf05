// The columns of the wire.

import { count, fixed } from '../../../core/units';
import type { CellView, Column } from '../../../widgets/table/table';
import { clientWords, tell } from './message';
import type { Kept } from './ring';

/** Marks of the directions: shape and word. */
export const directions = { in: '→ in', out: '← out' } as const;

const widest = 400; // characters of a text that the list shows
const before = 12; // of them, those before what is searched for

type OfMessage = (m: NonNullable<Kept['message']>) => string;

const of =
  (f: OfMessage) =>
  ({ message }: Kept): string =>
    message === undefined ? '' : f(message);

/** A moment of the game's session, in seconds. */
export function moment(time: number): string {
  return fixed(time / 1e9, 3);
}

/** The columns; `match` is what is searched for. */
export function columns(match: () => string): Column<Kept>[] {
  return [
    {
      key: 'time',
      title: 'Time',
      note: 's',
      width: 84,
      align: 'right',
      class: 'muted',
      text: of((m) => moment(m.time)),
    },
    { key: 'direction', title: 'Way', width: 56, class: 'wire-way', text: of((m) => directions[m.direction]) },
    {
      key: 'client',
      title: 'Client',
      width: 96,
      text: of(clientWords),
      tone: (k) => (k.own ? 'muted' : ''),
    },
    {
      key: 'bytes',
      title: 'Length',
      note: 'B',
      width: 72,
      align: 'right',
      class: 'muted',
      text: of((m) => count(m.bytes)),
      copy: of((m) => String(m.bytes)),
    },
    { key: 'what', title: 'What', width: 116, text: of((m) => tell(m).name) },
    {
      key: 'text',
      title: 'Content',
      width: 120,
      grow: 1,
      class: 'wire-text',
      text: (k) => k.message?.text ?? k.note ?? '',
      view: (host) => new ContentCell(host, match),
      span: (k) => k.message === undefined,
    },
  ];
}

/** What a message carries; with a filter the place where it fits, of the whole text. */
class ContentCell implements CellView<Kept> {
  private readonly host: HTMLElement;
  private readonly match: () => string;
  private drawn = '';

  constructor(host: HTMLElement, match: () => string) {
    this.host = host;
    this.match = match;
  }

  show({ no, message, note }: Kept): void {
    const match = this.match();
    const key = `${no} ${match}`;
    if (key === this.drawn) return;
    this.drawn = key;
    if (message === undefined) this.host.replaceChildren(`– ${note ?? ''}`);
    else this.host.replaceChildren(...excerpt(message.text ?? '', tell(message).content, match));
  }
}

function excerpt(text: string, content: string, match: string): (Node | string)[] {
  const at = match === '' ? -1 : text.toLowerCase().indexOf(match.toLowerCase());
  if (at < 0) return [content.slice(0, widest)];
  const from = Math.max(0, at - before);
  const mark = document.createElement('mark');
  mark.textContent = text.slice(at, at + match.length);
  return [(from > 0 ? '… ' : '') + text.slice(from, at), mark, text.slice(at + match.length, from + widest)];
}
