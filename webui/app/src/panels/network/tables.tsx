// The views that are tables: filter, rows, and words where there are none.

import type { ComponentChildren } from 'preact';
import { useEffect, useMemo } from 'preact/hooks';
import { type App, useApp } from '../../core/app';
import { useLive } from '../../core/live';
import type { SessionRow } from '../../core/protocol';
import { count } from '../../core/units';
import { Mount } from '../../widgets/mount';
import { Search } from '../../widgets/search/search';
import { type ClientActions, clientRows, clientSheet, connections } from './clients';
import { limitRows, limitSheet } from './limits';
import { methodRows, methodSheet } from './methods';
import type { NetModel } from './model';
import type { Question } from './question';
import { queueRows, queueSheet } from './queues';
import type { Sheet } from './sheet';
import type { Net } from './store';

/** Feeds a sheet for as long as it is shown; a paused view stands. */
function useRows<R>(app: App, net: Net, sheet: Sheet<R>, rows: () => readonly R[]): void {
  useEffect(() => {
    let drawn = -1;
    const feed = (): void => {
      if (net.version === drawn || (sheet.tally.peek().all > 0 && app.view.peek().paused)) return;
      drawn = net.version;
      sheet.set(rows());
    };
    const off = [sheet.start(), app.frame.onText(feed)];
    feed();
    return () => {
      for (const f of off) f();
    };
  }, [sheet]);
}

interface SheetProps<R> {
  sheet: Sheet<R>;
  placeholder: string;
  nothing: ComponentChildren;
  children?: ComponentChildren;
}

function SheetView<R>({ sheet, placeholder, nothing, children }: SheetProps<R>) {
  const { listed, all, waiting } = sheet.tally.value;
  const { what } = sheet.options;
  return (
    <>
      <div class="filter-line">
        <Search
          value={sheet.query.value}
          label={`Filter ${what}`}
          placeholder={placeholder}
          onValue={(text) => {
            sheet.query.value = text;
          }}
          onLeave={() => sheet.table.focus()}
        />
        {sheet.filtered && (
          <span class="tally">
            <b>{count(listed)}</b> of {count(all)}
          </span>
        )}
        {waiting && <span class="tally">order stands while the pointer is here</span>}
        {children}
      </div>
      <div class="rows-body">
        <Mount class="fill" make={() => sheet.table} />
        {listed === 0 && all > 0 && (
          <p class="empty">
            <b>
              None of {count(all)} {what} fits.
            </b>
            Each word of the filter must occur in the row.
          </p>
        )}
        {all === 0 && <p class="empty">{nothing}</p>}
      </div>
    </>
  );
}

/** What is said while there are no counters. */
function Missing({ net, what }: { net: Net; what: string }) {
  const known = useLive(() => net.shown.stats !== undefined);
  if (net.fault.value !== '') {
    return (
      <>
        <b>The game does not tell its {what}.</b>
        It says: {net.fault}.
      </>
    );
  }
  return <>{known.value ? `The game has no ${what}.` : `Waiting for the game to tell its ${what}.`}</>;
}

export function Clients({ model, ask }: { model: NetModel; ask(question: Question): void }) {
  const app = useApp();
  const { net } = model;
  const drive = app.me.value?.role === 'drive';
  const sheet = useMemo(() => clientSheet(app, drive ? actions(app, ask) : undefined), [app, drive]);
  useRows(app, net, sheet, () => clientRows(app, net));
  return (
    <SheetView
      sheet={sheet}
      placeholder="Name, role, address; “behind”"
      nothing="Waiting for the game to tell who is connected."
    >
      <Rest net={net} />
      {!drive && <span class="tally">closing sessions needs the role drive</span>}
    </SheetView>
  );
}

/** The game tells of a thousand clients, however many there are. */
function Rest({ net }: { net: Net }) {
  const words = useLive(() => {
    const [listed, all] = [net.shown.roll.rows.length, connections(net)];
    return all > listed ? `the first ${count(listed)} of ${count(all)} connections` : '';
  });
  return <span class="tally">{words}</span>;
}

function actions(app: App, ask: (question: Question) => void): ClientActions {
  return {
    close: ({ name }: SessionRow) =>
      ask({
        title: `Close the session of ${name}?`,
        detail: 'Its subscriptions end and calls under way get no answer. It may connect again.',
        verb: `Close ${name}`,
        keep: 'Keep it',
        hint: 'Reason, told to the client',
        run: async (reason) => {
          await app.rpc.call('session.close', { name, ...(reason !== '' && { reason }) });
          app.toast(`The session of ${name} was closed`);
        },
      }),
    watch: ({ name }: SessionRow) => {
      app.url.go('network', { v: 'wire', client: name, ...(name === app.me.peek()?.name && { own: '1' }) });
    },
  };
}

export function Methods({ net }: { net: Net }) {
  const app = useApp();
  const sheet = useMemo(() => methodSheet(app), [app]);
  useRows(app, net, sheet, () => methodRows(net));
  return <SheetView sheet={sheet} placeholder="Method; “failed”" nothing={<Missing net={net} what="methods" />} />;
}

export function Queues({ net }: { net: Net }) {
  const app = useApp();
  const sheet = useMemo(() => queueSheet(app), [app]);
  useRows(app, net, sheet, () => queueRows(net));
  return <SheetView sheet={sheet} placeholder="Topic, kind; “lost”" nothing={<Missing net={net} what="queues" />} />;
}

export function Limits({ net }: { net: Net }) {
  const app = useApp();
  const sheet = useMemo(() => limitSheet(app), [app]);
  useRows(app, net, sheet, () => limitRows(net));
  return (
    <SheetView sheet={sheet} placeholder="Limit, scope, help; “hit”" nothing={<Missing net={net} what="limits" />} />
  );
}
