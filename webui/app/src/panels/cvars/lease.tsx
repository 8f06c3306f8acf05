// A value for a while: it goes when its page is closed, or when its time is over.

import { useApp } from '../../core/app';
import { useLive } from '../../core/live';
import type { Cvar, Lease } from '../../core/protocol';
import { fixed, thin } from '../../core/units';
import { Menu } from '../../widgets/menu/menu';
import { endLease, keep, lend } from './actions';

const terms: readonly { lease: Lease; label: string }[] = [
  { lease: true, label: 'until I leave' },
  { lease: 10, label: `for 10${thin}s` },
  { lease: 60, label: `for 60${thin}s` },
];

/** Puts the value on lease; the edits that follow are on the same terms. */
export function LeaseMenu({ cvar }: { cvar: Cvar }) {
  const app = useApp();
  if (cvar.flags.includes('latched')) return null; // it would end before it begins
  return (
    <Menu class="soft" label="On lease ▾" title="A value that goes back by itself">
      {(close) => (
        <div class="menu-items">
          <p class="menu-note muted">What you set goes back by itself</p>
          {terms.map(({ lease, label }) => (
            <button
              key={label}
              type="button"
              class="menu-item"
              onClick={() => {
                close();
                void lend(app, cvar, lease);
              }}
            >
              {label}
            </button>
          ))}
        </div>
      )}
    </Menu>
  );
}

function Left({ until }: { until: number }) {
  const app = useApp();
  const left = useLive(() => fixed(Math.max(0, until - app.clock.peek().time) / 1e9));
  return (
    <>
      {left}
      {thin}s left
    </>
  );
}

/** Who has it, how long, and the way to end it. */
export function LeaseLine({ cvar }: { cvar: Cvar }) {
  const app = useApp();
  if (cvar.lease === undefined) return null;
  const own = cvar.lease.by === app.me.value?.name;
  const who = own ? 'you' : cvar.lease.by;
  return (
    <div class="cvar-lease">
      <p>
        <span class="warn" aria-hidden="true">
          ◷
        </span>{' '}
        On lease to <b>{who}</b>
        {cvar.lease.until === undefined ? `, until ${own ? 'you leave' : 'it leaves'}` : ', '}
        {cvar.lease.until !== undefined && <Left key={cvar.lease.until} until={cvar.lease.until} />}
      </p>
      {own && (
        <button type="button" class="btn soft" title="The value stays" onClick={() => void keep(app, cvar)}>
          Keep it
        </button>
      )}
      <button type="button" class="btn soft" onClick={() => void endLease(app, cvar)}>
        End the lease
      </button>
    </div>
  );
}
