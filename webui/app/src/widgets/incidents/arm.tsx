// "Freeze when this cvar …": a condition that freezes the black box, for one cvar.

import './incidents.css';
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { useApp } from '../../core/app';
import { mayFreeze, type Operator, operators } from '../../core/incidents';
import type { Cvar, Scalar } from '../../core/protocol';

/** The conditions of one cvar, and a line that makes another. */
export function ArmCvar({ cvar }: { cvar: Cvar }) {
  const app = useApp();
  const op = useSignal<Operator>(ordered(cvar) ? '>' : '==');
  const value = useSignal(String(cvar.value));
  const fault = useSignal('');
  useEffect(() => {
    void app.incidents.refresh();
  }, [app]);
  useEffect(() => {
    op.value = ordered(cvar) ? '>' : '==';
    value.value = String(cvar.value);
    fault.value = '';
  }, [cvar.name]);
  if (!comparable(cvar)) return null;
  if (!(app.me.value?.features.includes('incidents') ?? false) || app.capture) return null;
  const arm = async (event: Event): Promise<void> => {
    event.preventDefault();
    fault.value = '';
    try {
      await app.incidents.arm(cvar.name, op.value, parsed(cvar, value.value));
    } catch (error) {
      fault.value = error instanceof Error ? error.message : String(error);
    }
  };
  const mine = app.incidents.armed.value.filter((p) => p.cvar === cvar.name);
  const choices = ordered(cvar) ? operators : (['==', '!='] as const);
  return (
    <section class="arm">
      <h3 class="cvar-title">
        Freeze <span class="muted">the black box when it becomes</span>
      </h3>
      <form class="arm-line" onSubmit={arm}>
        <select
          class="input"
          aria-label="Comparison"
          value={op.value}
          onChange={(event) => {
            op.value = event.currentTarget.value as Operator;
          }}
        >
          {choices.map((o) => (
            <option key={o} value={o}>
              {o}
            </option>
          ))}
        </select>
        <input
          class="input num"
          type="text"
          aria-label="Value of the condition"
          autocomplete="off"
          spellcheck={false}
          value={value.value}
          onInput={(event) => {
            value.value = event.currentTarget.value;
          }}
        />
        <button type="submit" class="btn soft" disabled={!mayFreeze(app)}>
          Arm
        </button>
      </form>
      {fault.value !== '' && (
        <p class="bad small" role="alert">
          ▲ {fault.value}
        </p>
      )}
      {mine.map(({ id, op: armed, value: want, by }) => (
        <p key={id} class="arm-one">
          <span class="warn" aria-hidden="true">
            ◉
          </span>{' '}
          <span class="mono">
            {armed} {String(want)}
          </span>{' '}
          <span class="muted">{by === app.me.value?.name ? 'you' : by}</span>
          <button
            type="button"
            class="btn quiet icon"
            aria-label={`Disarm ${armed} ${String(want)}`}
            title="Take the condition away"
            disabled={!mayFreeze(app)}
            onClick={() => void app.incidents.disarm(id)}
          >
            ✕
          </button>
        </p>
      ))}
    </section>
  );
}

// A condition on a secret would tell what it is, and the game compares no vectors.
function comparable({ type, flags }: Cvar): boolean {
  return !flags.includes('secret') && !type.startsWith('vec');
}

function ordered({ type }: Cvar): boolean {
  return type === 'int' || type === 'float' || type === 'duration';
}

/** What was typed, in the type that the wire has for the cvar; the game judges the rest. */
export function parsed({ type }: Pick<Cvar, 'type'>, text: string): Scalar {
  const trimmed = text.trim();
  if (type === 'bool') return trimmed === 'true' || trimmed === 'on' || trimmed === '1';
  if (type === 'int' || type === 'float') {
    const n = Number(trimmed.replace('\u2212', '-'));
    return trimmed === '' || Number.isNaN(n) ? trimmed : n;
  }
  return trimmed;
}
