// Raw messages as they go over the wire: filter, list, and the message that is read.

import { useEffect, useMemo } from 'preact/hooks';
import { useApp } from '../../../core/app';
import { copyText, downloadText } from '../../../core/clipboard';
import { count } from '../../../core/units';
import { Mount } from '../../../widgets/mount';
import { Search } from '../../../widgets/search/search';
import { Splitter } from '../../../widgets/splitter/splitter';
import { Detail } from './detail';
import { WireList } from './list';

export function Wire() {
  const app = useApp();
  const role = app.me.value?.role;
  const list = useMemo(() => new WireList(app), [app]);
  useEffect(() => list.start(), [list]);
  if (role !== 'drive') {
    return (
      <p class="empty">
        <b>The wire is shown to the role drive only; yours is {role}.</b>
        It holds what every client sends, so it needs the link or the token of somebody who may drive the game.
      </p>
    );
  }
  return (
    <>
      <FilterLine list={list} />
      <Splitter
        name="wire"
        label="Width of the list"
        direction="row"
        initial={0.66}
        least={260}
        first={<Messages list={list} />}
        second={<Detail list={list} />}
      />
    </>
  );
}

function FilterLine({ list }: { list: WireList }) {
  const { match, client } = list;
  const { listed, all } = list.tally.value;
  return (
    <div class="filter-line">
      <Search
        value={match.value}
        label="Filter messages"
        placeholder="Text in the message"
        onValue={(text) => {
          match.value = text;
        }}
        onLeave={() => list.table.focus()}
      />
      <div class="wire-client">
        <Search
          value={client.value}
          label="Client"
          placeholder="Any client"
          slash={false}
          onValue={(text) => {
            client.value = text;
          }}
          onLeave={() => list.table.focus()}
        />
      </div>
      <Ways list={list} />
      {list.filtered && (
        <span class="tally">
          <b>{count(listed)}</b> of {count(all)}
        </span>
      )}
      <Actions list={list} />
    </div>
  );
}

function Ways({ list }: { list: WireList }) {
  const { own } = list;
  const way = list.way.value;
  return (
    <>
      {(['in', 'out'] as const).map((w) => (
        <button
          key={w}
          type="button"
          class="chip"
          aria-pressed={way === w}
          title={w === 'in' ? 'Only what clients send to the game' : 'Only what the game sends'}
          onClick={() => list.turn(w)}
        >
          {w === 'in' ? '→ in' : '← out'}
        </button>
      ))}
      <button
        type="button"
        class={`chip${own.value === '' ? ' off' : ''}`}
        aria-pressed={own.value !== ''}
        title={own.value === '' ? "Show this page's own messages as well" : "Hide this page's own messages"}
        onClick={() => {
          own.value = own.value === '' ? '1' : '';
        }}
      >
        own {count(list.tally.value.own)}
      </button>
    </>
  );
}

function Actions({ list }: { list: WireList }) {
  const app = useApp();
  const on = list.wire.wanted.value;
  const copy = (): void => {
    const text = list.text();
    if (copyText(text)) app.toast(`${count(list.tally.peek().listed)} messages copied`);
    else downloadText('wire.txt', text);
  };
  return (
    <>
      <button
        type="button"
        class="btn soft"
        title={on ? 'The game stops sending messages to this page (r)' : 'The game sends messages again (r)'}
        onClick={() => list.toggle()}
      >
        {on ? '❚❚ Pause recording' : '● Record'}
      </button>
      <button type="button" class="btn quiet" title="Forget the recorded messages" onClick={() => list.clear()}>
        Clear
      </button>
      <button type="button" class="btn quiet" title="Copy the listed messages" onClick={copy}>
        Copy
      </button>
    </>
  );
}

function Messages({ list }: { list: WireList }) {
  const { fresh, listed } = list.tally.value;
  return (
    <section class="panel wire-list" aria-label="Messages">
      <Mount class="fill" make={() => list.table} />
      {listed === 0 && <Nothing list={list} />}
      {!list.follow.value && (
        <button type="button" class="btn to-end" title="Follow the newest message (End)" onClick={() => list.toEnd()}>
          {fresh > 0 ? `${count(fresh)} new ↓` : 'to the end ↓'}
        </button>
      )}
    </section>
  );
}

function Nothing({ list }: { list: WireList }) {
  const { wire, own } = list;
  const { all, own: ours } = list.tally.value;
  if (wire.fault.value !== '') {
    return (
      <p class="empty">
        <b>The game does not show its wire.</b>
        It says: {wire.fault}.
      </p>
    );
  }
  if (!wire.wanted.value && all === 0) return <p class="empty">Recording is paused. Nothing is kept.</p>;
  if (own.value === '' && ours > 0 && all === 0) {
    return (
      <p class="empty">
        <b>No message but this page's own so far.</b>
        <button type="button" class="btn" onClick={() => (own.value = '1')}>
          Show own messages
        </button>
      </p>
    );
  }
  if (all > 0) {
    return (
      <p class="empty">
        <b>None of {count(all)} messages fits.</b>
        <button
          type="button"
          class="btn"
          onClick={() => {
            list.showAll();
          }}
        >
          Take the filter off
        </button>
      </p>
    );
  }
  if (!wire.recording.value) return <p class="empty">Waiting for the game to show its wire.</p>;
  return <p class="empty">Recording. No message{list.filtered ? ' that fits' : ''} has come yet.</p>;
}
