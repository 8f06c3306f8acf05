// The form of a measurement: values, how much of it, and by what it is judged.

import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { App } from '../../core/app';
import type { Cvar } from '../../core/protocol';
import { isNumeric, rangeText } from '../../widgets/field/spec';
import type { CostModel } from './costmodel';
import { isPlan, labelOf, planOf, type Setup, secondsOf, sweepable } from './costsetup';
import { timeText } from './costtext';
import { specOf } from './spec';

type Text = Exclude<keyof Setup, 'sweep' | 'without'>;

const fields: Record<Text, readonly [label: string, title: string]> = {
  a: ['A, the first', ''],
  b: ['B', ''],
  from: ['from', 'The first: others are compared with it'],
  to: ['to', ''],
  steps: ['values', '2 to 16, equally far apart'],
  rounds: ['rounds', 'How often each value is tried'],
  every: ['frames a block', 'How long a value stays'],
  settle: ['left out', 'Frames after each change that do not count'],
};

interface Props {
  app: App;
  cvar: Cvar;
  model: CostModel;
}

export function CostForm({ app, cvar, model }: Props) {
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => form.current?.querySelector('input')?.focus(), []); // what opened it is gone
  const setup = model.setup.value;
  const plan = planOf(cvar, setup);
  const live = app.conn.value.state === 'live';
  const sweep = (on: boolean): void => model.change({ sweep: on });
  const mode = (text: string, on: boolean) => (
    <button type="button" class="btn" aria-pressed={setup.sweep === on} onClick={() => sweep(on)}>
      {text}
    </button>
  );
  const texts = (...names: Text[]) =>
    names.map((name) => (
      <Labelled key={name} label={fields[name][0]} title={fields[name][1]}>
        <input
          class="input mono"
          value={setup[name]}
          aria-invalid={!isPlan(plan) && plan.field === name}
          spellcheck={false}
          onInput={(event) => model.change({ [name]: event.currentTarget.value })}
        />
      </Labelled>
    ));
  const names = cvar.type === 'bool' ? ['false', 'true'] : cvar.enum;
  return (
    <form
      ref={form}
      class="cost-form scroll"
      aria-label="What to measure"
      onSubmit={(event) => {
        event.preventDefault();
        if (live) model.begin();
      }}
    >
      {sweepable(cvar) && (
        <fieldset class="cost-modes" aria-label="Values">
          {mode('two values', false)}
          {mode('sweep', true)}
        </fieldset>
      )}
      {setup.sweep
        ? isNumeric(specOf(cvar))
          ? texts('from', 'to', 'steps')
          : names && <Names all={names} model={model} />
        : names
          ? (['a', 'b'] as const).map((name) => (
              <Choice
                key={name}
                label={fields[name][0]}
                value={setup[name]}
                of={names.map((n) => [n, labelOf(cvar, cvar.type === 'bool' ? n === 'true' : n)])}
                onPick={(value) => model.change({ [name]: value })}
              />
            ))
          : texts('a', 'b')}
      <Range cvar={cvar} />
      <hr />
      {texts('rounds', 'every', 'settle')}
      <hr />
      <Choice
        label="judged by"
        title="Can be changed afterwards, too"
        value={String(model.measure.value)}
        of={[
          ['work', 'frame work'],
          ['period', 'frame time'],
          ...app.timings.scopes.filter((s) => !s.own).map((s) => [String(s.id), s.name] as const),
        ]}
        onPick={(value) => {
          model.measure.value = value === 'work' || value === 'period' ? value : Number(value);
        }}
      />
      <Choice
        label="of a block"
        title="A median leaves single hitches out; a mean counts them"
        value={model.centre.value}
        of={[
          ['mean', 'mean'],
          ['median', 'median'],
        ]}
        onPick={(value) => {
          model.centre.value = value === 'median' ? value : 'mean';
        }}
      />
      <Labelled label="precision, ± ms" title="How well the difference is to be known">
        <input
          class="input mono"
          value={model.precision.value}
          aria-invalid={Number.isNaN(model.wanted)}
          onInput={(event) => {
            model.precision.value = event.currentTarget.value;
          }}
        />
      </Labelled>
      <button type="submit" class="btn cost-go" disabled={model.running || !live || !isPlan(plan)}>
        {model.ran.value === undefined ? 'Measure' : 'Measure anew'}
      </button>
      {isPlan(plan) ? (
        <p class="muted cost-hint">
          {live
            ? `Takes about ${timeText(secondsOf(plan, model.period))}. The game is best left alone meanwhile.`
            : 'The game is not connected.'}
        </p>
      ) : (
        <p class="bad cost-hint" role="alert">
          ▲ {plan.reason}
        </p>
      )}
    </form>
  );
}

function Names({ all, model }: { all: readonly string[]; model: CostModel }) {
  const { without } = model.setup.value;
  return (
    <fieldset class="cost-names" aria-label="Values of the sweep">
      {all.map((name) => (
        <label key={name}>
          <input
            type="checkbox"
            checked={!without.has(name)}
            onChange={() => {
              const next = new Set(without);
              if (!next.delete(name)) next.add(name);
              model.change({ without: next });
            }}
          />
          {name}
        </label>
      ))}
    </fieldset>
  );
}

function Range({ cvar }: { cvar: Cvar }) {
  const range = rangeText(specOf(cvar));
  return range === '' ? null : (
    <p class="muted cost-hint">
      {range} {cvar.type === 'duration' ? '' : cvar.unit}
    </p>
  );
}

function Labelled({ label, title = '', children }: { label: string; title?: string; children: ComponentChildren }) {
  return (
    // biome-ignore lint/a11y/noLabelWithoutControl: the control is its child
    <label class="cost-field" title={title}>
      <span>{label}</span>
      {children}
    </label>
  );
}

interface ChoiceProps {
  label: string;
  title?: string;
  value: string;
  of: readonly (readonly [value: string, text: string])[];
  onPick(value: string): void;
}

function Choice({ label, title = '', value, of, onPick }: ChoiceProps) {
  return (
    <Labelled label={label} title={title}>
      <select class="input" value={value} onChange={(event) => onPick(event.currentTarget.value)}>
        {of.map(([key, text]) => (
          <option key={key} value={key}>
            {text}
          </option>
        ))}
      </select>
    </Labelled>
  );
}
