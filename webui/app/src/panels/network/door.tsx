// Who may connect: whether anybody may, and which addresses may not. Small and out of the way, since
// it is needed once a year.

import type { Signal } from '@preact/signals';
import { useState } from 'preact/hooks';
import { useApp } from '../../core/app';
import type { Transport } from '../../core/protocol';
import { count } from '../../core/units';
import { Menu } from '../../widgets/menu/menu';
import type { Question } from './question';

interface Props {
  transport: Transport;
  asked: Signal<Question | null>;
}

/** The button says what differs from an open door. */
export function Door({ transport, asked }: Props) {
  const { accepting, blocked } = transport;
  const facts = [!accepting && '▲ no new connections', blocked.length > 0 && `${count(blocked.length)} blocked`].filter(
    Boolean,
  );
  return (
    <Menu
      label={`${facts.length > 0 ? facts.join(', ') : 'Door: open'} ▾`}
      title="Who may connect"
      class={accepting ? 'quiet' : 'quiet shut'}
    >
      {(close) => {
        const ask = (question: Question): void => {
          close(); // or it would cover what is asked
          asked.value = question;
        };
        return (
          <div class="door">
            <Accepting accepting={accepting} onAsk={ask} />
            <Blocked blocked={blocked} onAsk={ask} />
          </div>
        );
      }}
    </Menu>
  );
}

function useMayDrive(): boolean {
  return useApp().me.value?.role === 'drive';
}

function Accepting({ accepting, onAsk }: { accepting: boolean; onAsk(question: Question): void }) {
  const app = useApp();
  const may = useMayDrive();
  const ask = (): void => {
    onAsk({
      title: 'Let nobody else in?',
      detail: 'Who is connected stays; everybody else is refused, this page too if it loses its connection.',
      verb: 'Refuse new connections',
      keep: 'Keep the door open',
      run: () => app.rpc.call('network.accept', { on: false }),
    });
  };
  const again = (): void => {
    app.rpc.call('network.accept', { on: true }).catch((error: Error) => app.toast(error.message, 'bad'));
  };
  return (
    <section>
      <h3>New connections</h3>
      <div class="door-line">
        <span>{accepting ? 'are accepted' : '▲ are refused'}</span>
        <span class="space" />
        {may && (
          <button type="button" class="btn" onClick={accepting ? ask : again}>
            {accepting ? 'Refuse …' : 'Accept again'}
          </button>
        )}
      </div>
      {!may && <p class="muted">To change who may connect needs the role drive; yours is {app.me.value?.role}.</p>}
    </section>
  );
}

function Blocked({ blocked, onAsk }: { blocked: readonly string[]; onAsk(question: Question): void }) {
  const app = useApp();
  const may = useMayDrive();
  const [text, setText] = useState('');
  const unblock = (address: string): void => {
    app.rpc.call('network.unblock', { address }).catch((error: Error) => app.toast(error.message, 'bad'));
  };
  const ask = (event: Event): void => {
    event.preventDefault();
    const address = text.trim();
    if (address === '') return;
    onAsk({
      title: `Block ${address}?`,
      detail: 'Connections from there are closed, and no more are let in.',
      verb: `Block ${address}`,
      keep: 'Do not block',
      run: () => app.rpc.call('network.block', { address }),
    });
  };
  return (
    <section>
      <h3>Blocked addresses</h3>
      {blocked.length === 0 && <p class="muted">None.</p>}
      {blocked.map((address) => (
        <div key={address} class="door-line">
          <span class="mono">{address}</span>
          <span class="space" />
          {may && (
            <button type="button" class="btn quiet" aria-label={`Unblock ${address}`} onClick={() => unblock(address)}>
              Unblock
            </button>
          )}
        </div>
      ))}
      {may && (
        <form class="door-line" onSubmit={ask}>
          <input
            class="input mono"
            type="text"
            aria-label="Address to block"
            placeholder="10.0.0.7 or 10.0.0.0/8"
            spellcheck={false}
            autocomplete="off"
            value={text}
            onInput={(event) => setText(event.currentTarget.value)}
          />
          <button type="submit" class="btn" disabled={text.trim() === ''}>
            Block …
          </button>
        </form>
      )}
    </section>
  );
}
