// Strips below the tabs: the connection is lost, the game is silent, the game is held. They push
// what is below them, they never cover it, and what was recorded stays.

import type { ComponentChildren } from 'preact';
import type { Session } from '../core/session';
import { ago, count, frameName } from '../core/units';
import { useNow } from './clock';
import { canDrive, forceResume, otherHolder, setHold, step } from './commands';
import { silentAfter } from './toolbar';

interface StripProps {
  tone: 'warn' | 'held';
  mark: string;
  children: ComponentChildren;
  actions: ComponentChildren;
}

function Strip({ tone, mark, children, actions }: StripProps) {
  return (
    <section class={`strip strip-${tone}`} role="status">
      <span class="strip-mark" aria-hidden="true">
        {mark}
      </span>
      <p>{children}</p>
      <span class="space" />
      <div class="strip-actions">{actions}</div>
    </section>
  );
}

export function Banner({ session }: { session: Session }) {
  const conn = session.conn.value;
  if (session.capture) return <Cut fault={session.capture.fault} />;
  if (conn.state === 'live') return <Quiet session={session} />;
  if (session.me.value === null) return null;
  return conn.state === 'locked' ? <Locked session={session} /> : <Offline session={session} />;
}

function Cut({ fault }: { fault: string }) {
  if (fault === '') return null;
  return (
    <Strip tone="warn" mark="▲" actions={null}>
      <b>{fault}.</b> What came before that is shown.
    </Strip>
  );
}

function Offline({ session }: { session: Session }) {
  const { socket } = session;
  const conn = session.conn.value;
  const now = useNow(true).value;
  const wait = Math.ceil((conn.retryAt - now) / 1000);
  const next = conn.retryAt === 0 || wait <= 0 ? 'Trying now.' : `Retrying in ${wait} s.`;
  return (
    <Strip
      tone="warn"
      mark="▲"
      actions={
        <>
          <span class="muted">try {conn.attempt}</span>
          <button type="button" class="btn" onClick={() => socket.retryNow()}>
            Retry now
          </button>
        </>
      }
    >
      <b>
        {conn.reason} {ago(now - conn.since)} ago.
      </b>{' '}
      {next} Data frozen at frame {frameName(session.clock.value.frame)}.
    </Strip>
  );
}

function Locked({ session }: { session: Session }) {
  const { socket } = session;
  const { lock, reason } = session.conn.value;
  const frozen = `Data frozen at frame ${frameName(session.clock.value.frame)}.`;
  return (
    <Strip
      tone="warn"
      mark="▲"
      actions={
        <button type="button" class="btn" onClick={() => socket.start()}>
          {lock === 'ended' ? 'Connect again' : 'Try again'}
        </button>
      }
    >
      {lock === 'ended' ? (
        <>
          <b>This session was ended: {reason}.</b> It stays away until you say so. {frozen}
        </>
      ) : (
        <>
          <b>The game does not know this browser any more: {reason}.</b> Open the link that it printed last. {frozen}
        </>
      )}
    </Strip>
  );
}

function Quiet({ session }: { session: Session }) {
  const now = useNow(true).value;
  const quiet = now - session.socket.heard;
  if (quiet > silentAfter) {
    return (
      <Strip tone="warn" mark="◌" actions={null}>
        <b>Game has said nothing for {ago(quiet)}.</b> It may be loading, or stopped in a debugger; the connection is
        open. Data stands at frame {frameName(session.clock.value.frame)}.
      </Strip>
    );
  }
  return session.time.value?.held ? <Held session={session} /> : null;
}

function Held({ session }: { session: Session }) {
  const time = session.time.value;
  if (time === null) return null;
  const mine = time.holder === session.me.value?.name;
  const other = otherHolder(session) !== '';
  return (
    <Strip
      tone="held"
      mark="❚❚"
      actions={
        canDrive(session) &&
        (other ? (
          <button type="button" class="btn" onClick={() => forceResume(session)}>
            Resume anyway
          </button>
        ) : (
          <>
            <button type="button" class="btn" onClick={() => step(session)}>
              Step <kbd>.</kbd>
            </button>
            <button type="button" class="btn" onClick={() => step(session, 10)}>
              10
            </button>
            <button type="button" class="btn" onClick={() => setHold(session, false)}>
              Resume <kbd>⇧ Space</kbd>
            </button>
          </>
        ))
      }
    >
      <b>Game held at tick {count(time.tick)}</b>
      {time.holder !== undefined && ` by ${mine ? 'you' : time.holder}`}. Its world stands still; it still answers.
    </Strip>
  );
}
