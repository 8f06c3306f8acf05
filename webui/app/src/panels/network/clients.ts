// Who is connected: one row a client.

import type { App } from '../../core/app';
import type { SessionRow } from '../../core/protocol';
import { ago, none } from '../../core/units';
import type { CellView } from '../../widgets/table/table';
import { filler, kib, numbers } from './numbers';
import { type Field, Sheet } from './sheet';
import type { Net } from './store';

/** A client and what it sends and is sent by the second. */
export interface ClientRow {
  client: SessionRow;
  own: boolean;
  bytesIn: number;
  bytesOut: number;
  messagesIn: number;
  messagesOut: number;
}

/** What can be done with a client. */
export interface ClientActions {
  close(client: SessionRow): void;
  watch(client: SessionRow): void;
}

/** The rows of now. */
export function clientRows(app: App, net: Net): ClientRow[] {
  const me = app.me.peek()?.id;
  const { clientRates: rates } = net;
  return net.shown.roll.rows.map((client) => {
    const id = String(client.id);
    return {
      client,
      own: client.id === me,
      bytesIn: rates.of(id, 0),
      bytesOut: rates.of(id, 1),
      messagesIn: rates.of(id, 2),
      messagesOut: rates.of(id, 3),
    };
  });
}

const told = 1000; // the most clients that the game tells of

/** How many are connected; some of them may not have logged in yet. */
export function connections(net: Net): number {
  const { roll, stats } = net.shown;
  const listed = roll.rows.length;
  return listed < told ? listed : Math.max(listed, stats?.transport?.connections ?? 0);
}

/** The table. Without `actions` the client may look only. */
export function clientSheet(app: App, actions: ClientActions | undefined): Sheet<ClientRow> {
  return new Sheet<ClientRow>(app, {
    id: 'clients',
    what: 'clients',
    columns: columns(app, actions),
    lesser: ['address', 'subscriptions', 'since', 'queued'],
    key: (row) => String(row.client.id),
    words: ({ client: c, own }) =>
      `${c.name} ${c.role} ${c.address ?? ''}${c.behind ? ' behind' : ''}${own ? ' you' : ''}`,
    dress: (row) => (row.client.behind ? { class: 'behind' } : {}),
    ...(actions && { onOpen: (row: ClientRow) => actions.watch(row.client) }),
  });
}

function columns(app: App, actions: ClientActions | undefined): Field<ClientRow>[] {
  const now = (): number => app.clock.peek().time;
  const list: Field<ClientRow>[] = [
    {
      key: 'name',
      title: 'Name',
      width: 120,
      most: 220,
      by: (r) => r.client.name.toLowerCase(),
      text: (r) => r.client.name,
      view: (host) => new NameCell(host),
    },
    {
      key: 'state',
      title: 'State',
      width: 74,
      help: 'Behind: more waits for this client than it takes; its streams drop events until it has caught up',
      by: (r) => (r.client.behind ? 0 : 1),
      text: (r) => (r.client.behind ? '▲ behind' : ''),
      tone: () => 'warn',
    },
    {
      key: 'role',
      title: 'Role',
      width: 52,
      help: 'What it may do: view looks, edit changes values, drive holds the game as well',
      by: (r) => r.client.role,
      text: (r) => r.client.role,
      class: 'muted',
    },
    {
      key: 'address',
      title: 'Address',
      width: 140,
      most: 200,
      by: (r) => r.client.address ?? '',
      text: (r) => r.client.address ?? none,
      class: 'muted',
    },
    numbers({
      key: 'trip',
      title: 'Round trip',
      note: 'ms',
      width: 100,
      decimals: 1,
      help: 'From a ping to its pong, as the game measures it',
      value: (r) => (r.client.roundTrip ? r.client.roundTrip / 1e6 : Number.NaN),
    }),
    numbers({
      key: 'backlog',
      title: 'Backlog',
      note: 'KiB',
      width: 82,
      decimals: 1,
      help: 'Waits in the game to be sent',
      value: (r) => kib(r.client.backlog),
    }),
    numbers({
      key: 'queued',
      title: 'Queued',
      width: 64,
      help: 'Requests of this client that wait for their turn',
      value: (r) => r.client.queued,
    }),
    numbers({
      key: 'lost',
      title: 'Lost',
      width: 72,
      fault: 'warn',
      heat: true,
      help: 'Events that its subscriptions dropped because it was behind',
      value: (r) => r.client.lost,
    }),
    ...traffic,
    numbers({
      key: 'subscriptions',
      title: 'Subs',
      width: 52,
      help: 'Open subscriptions',
      value: (r) => r.client.subscriptions,
    }),
    {
      key: 'since',
      title: 'Since',
      width: 64,
      align: 'right',
      class: 'muted',
      help: 'How long it has been connected',
      by: (r) => r.client.since,
      text: (r) => ago((now() - r.client.since) / 1e6),
    },
  ];
  if (actions !== undefined)
    list.push({ key: 'actions', title: '', width: 76, view: (host) => actionCell(host, actions) });
  list.push(filler());
  return list;
}

const traffic: Field<ClientRow>[] = [
  numbers({
    key: 'in',
    title: 'In',
    note: 'KiB/s',
    width: 76,
    decimals: 1,
    help: 'From the client to the game',
    value: (r) => kib(r.bytesIn),
  }),
  numbers({ key: 'messagesIn', title: 'In', note: 'msg/s', width: 76, decimals: 1, value: (r) => r.messagesIn }),
  numbers({
    key: 'out',
    title: 'Out',
    note: 'KiB/s',
    width: 82,
    decimals: 1,
    help: 'From the game to the client',
    value: (r) => kib(r.bytesOut),
  }),
  numbers({ key: 'messagesOut', title: 'Out', note: 'msg/s', width: 76, decimals: 1, value: (r) => r.messagesOut }),
];

/** The name, and which one is this page. */
class NameCell implements CellView<ClientRow> {
  private readonly name = document.createElement('span');
  private readonly tag = document.createElement('span');

  constructor(host: HTMLElement) {
    this.tag.className = 'you-tag';
    host.append(this.name, this.tag);
  }

  show({ client, own }: ClientRow): void {
    if (this.name.textContent !== client.name) this.name.textContent = client.name;
    const tag = own ? 'you' : '';
    if (this.tag.textContent !== tag) this.tag.textContent = tag;
  }
}

function actionCell(host: HTMLElement, actions: ClientActions): CellView<ClientRow> {
  let row: ClientRow | undefined;
  const button = (text: string, act: (client: SessionRow) => void): HTMLButtonElement => {
    const el = document.createElement('button');
    el.type = 'button';
    el.className = 'btn quiet';
    el.textContent = text;
    el.addEventListener('click', () => {
      if (row !== undefined) act(row.client);
    });
    return el;
  };
  const watch = button('wire', (c) => actions.watch(c));
  const close = button('✕', (c) => actions.close(c));
  close.classList.add('icon');
  host.classList.add('row-actions');
  host.append(watch, close);
  let named = '';
  return {
    show(next) {
      row = next;
      close.style.visibility = next.own ? 'hidden' : '';
      const { name } = next.client;
      if (name === named) return;
      named = name;
      watch.title = `Watch the messages of ${name}`;
      close.title = `Close the session of ${name}`;
      for (const el of [watch, close]) el.setAttribute('aria-label', el.title);
    },
  };
}
