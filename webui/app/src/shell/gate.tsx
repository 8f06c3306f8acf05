// What is shown before this browser has ever been let in: what happened and what to do.

import { useState } from 'preact/hooks';
import { codeOf } from '../core/link';
import type { Session } from '../core/session';
import type { Conn } from '../core/socket';
import { useNow } from './clock';
import type { Stage } from './stage';

interface Words {
  title: string;
  what: string;
  advice: string;
}

const newest = 'The game prints a fresh link whenever one has been used: open the last one that its terminal shows.';

function words(conn: Conn): Words {
  if (conn.lock === 'bad-code') {
    return {
      title: 'This link does not open the game any more',
      what: `The game says: ${conn.reason}.`,
      advice: newest,
    };
  }
  if (conn.lock === 'bad-token') {
    return {
      title: 'The game does not know this browser any more',
      what: `The game says: ${conn.reason}.`,
      advice: newest,
    };
  }
  return {
    title: 'Open this page with the link that the game prints',
    what: 'The address alone lets nobody in: other programs and pages on this machine know it too.',
    advice:
      'The game prints a link in its terminal when it starts, and a fresh one whenever one has been used. Open the last one. This browser is then remembered, and the address alone will do.',
  };
}

export function Gate({ session, stage }: { session: Session; stage: Stage }) {
  const conn = session.conn.value;
  const opening = stage.opening.value;
  const fault = stage.fault.value;
  if (opening !== '') {
    return (
      <main class="gate">
        <p class="muted">Opening {opening}…</p>
      </main>
    );
  }
  if (!stage.home) return <NoFile stage={stage} fault={fault} />;
  if (conn.state === 'locked') return <Locked session={session} />;
  return (
    <main class="gate">
      {conn.state === 'offline' ? <Missing session={session} /> : <p class="muted">Connecting to the game…</p>}
    </main>
  );
}

function NoFile({ stage, fault }: { stage: Stage; fault: string }) {
  return (
    <main class="gate">
      <section class="gate-box" role="status">
        <h2>This file cannot be shown</h2>
        <p>
          <span class="bad">▲</span> {fault}.
        </p>
        <div class="gate-row">
          <button type="button" class="btn" onClick={() => stage.choose()}>
            Open another capture…
          </button>
        </div>
      </section>
    </main>
  );
}

/** What can be done without a game. */
function OpenCapture({ session }: { session: Session }) {
  return (
    <p class="gate-capture muted">
      No game is needed to look at a capture: drop a .scry file here, or{' '}
      <button type="button" class="linklike" onClick={() => session.captures.choose()}>
        choose one
      </button>
      .
    </p>
  );
}

function Missing({ session }: { session: Session }) {
  const conn = session.conn.value;
  const now = useNow(true).value;
  const wait = Math.ceil((conn.retryAt - now) / 1000);
  return (
    <section class="gate-box" role="status">
      <h2>{conn.reason}</h2>
      <p>Start the game; this page finds it by itself.</p>
      <p class="muted">
        {conn.retryAt === 0 || wait <= 0 ? 'Trying now' : `Retrying in ${wait} s`}, try {conn.attempt}.
      </p>
      <div class="gate-row">
        <button type="button" class="btn" onClick={() => session.socket.retryNow()}>
          Retry now
        </button>
      </div>
      <OpenCapture session={session} />
    </section>
  );
}

function Locked({ session }: { session: Session }) {
  const { socket } = session;
  const { title, what, advice } = words(session.conn.value);
  const [text, setText] = useState('');
  const [fault, setFault] = useState('');
  const [remember, setRemember] = useState(socket.remember);
  const enter = (event: Event): void => {
    event.preventDefault();
    const code = codeOf(text.trim());
    if (code === '') setFault('That is no link of the game: it ends in #c= and a code.');
    else socket.enter(code);
  };
  return (
    <main class="gate">
      <section class="gate-box">
        <h2>{title}</h2>
        <p>{what}</p>
        <p>{advice}</p>
        <p class="gate-sample mono">http://{location.host}/#c=…</p>
        <form class="gate-row" onSubmit={enter}>
          <input
            class="input"
            type="text"
            aria-label="Link of the game"
            aria-describedby="gate-fault"
            placeholder="or paste the link here"
            autocomplete="off"
            spellcheck={false}
            value={text}
            onInput={(event) => {
              setText(event.currentTarget.value);
              setFault('');
            }}
          />
          <button type="submit" class="btn">
            Open
          </button>
        </form>
        <p id="gate-fault" class="bad" role="alert">
          {fault !== '' && `▲ ${fault}`}
        </p>
        <label class="gate-remember">
          <input
            type="checkbox"
            checked={remember}
            onChange={(event) => {
              socket.remember = event.currentTarget.checked;
              setRemember(event.currentTarget.checked);
            }}
          />
          Remember this browser
        </label>
        <OpenCapture session={session} />
      </section>
    </main>
  );
}
