// What is known of the selected cvar: kind, range, help, what can be done with it, the layers that its
// value lies in, and what happened to it.

import type { ComponentChildren } from 'preact';
import { type App, useApp } from '../../core/app';
import { copyText } from '../../core/clipboard';
import type { Cvar } from '../../core/protocol';
import { Icon } from '../../shell/icons';
import { draft, plainText, rangeText, type Spec } from '../../widgets/field/spec';
import { ArmCvar } from '../../widgets/incidents/arm';
import { reset, setValue } from './actions';
import { measurable, openCost } from './costopen';
import { History } from './history';
import { Layers } from './layers';
import { LeaseLine, LeaseMenu } from './lease';
import type { CvarList } from './list';
import { isReadOnly, isShut, layerName, uncovered, word } from './marks';
import { PinButton } from './pinbutton';
import { script } from './script';
import { bare, specOf } from './spec';

/** Stands beside the table, or below it where there is no room. */
export function Detail({ list }: { list: CvarList }) {
  const app = useApp();
  list.drawn.value; // drawn anew with the table
  const name = list.selected.value;
  const cvar = list.store.all.get(name);
  if (cvar === undefined) return null;
  const { cheats } = list.store;
  return (
    <aside class="cvar-detail" aria-label={`About ${name}`}>
      <header class="panel-head">
        <h2 class="mono cut" title={name}>
          {name}
        </h2>
        <span class="space" />
        {!app.capture && <PinButton name={name} />}
        <button
          type="button"
          class="btn quiet icon"
          title="Close"
          aria-label="Close the details"
          onClick={() => {
            list.selected.value = '';
          }}
        >
          ✕
        </button>
      </header>
      <div class="cvar-about scroll">
        <div class="cvar-what">
          <p class="cvar-help">{cvar.help || <span class="muted">No help text was given.</span>}</p>
          <Facts cvar={cvar} />
          {isShut(cvar, cheats) && <CheatsOff app={app} list={list} />}
          <LeaseLine cvar={cvar} />
          {!isReadOnly(cvar) && !isShut(cvar, cheats) && <Actions app={app} cvar={cvar} />}
        </div>
        <div class="cvar-past">
          <Layers cvar={cvar} />
          <History app={app} cvar={cvar} store={list.store} />
          <ArmCvar cvar={cvar} />
        </div>
      </div>
    </aside>
  );
}

function Facts({ cvar }: { cvar: Cvar }) {
  const spec = specOf(cvar);
  const unit = cvar.type === 'duration' ? '' : (cvar.unit ?? '');
  const range = [rangeText(spec), unit].filter(Boolean).join(' ');
  const flags = cvar.flags.filter((f) => f !== 'modified');
  const kind = [cvar.type, range, cvar.step ? `step ${stepText(spec, cvar.step)}` : '', ...flags].filter(Boolean);
  return (
    <dl class="facts">
      <Fact name="kind">{kind.join(', ')}</Fact>
      {cvar.enum && <Fact name="values">{cvar.enum.join(', ')}</Fact>}
      {cvar.pending !== undefined && (
        <Fact name="waits">
          <span class="warn">⟳ {word(bare(cvar), cvar.pending)}</span>{' '}
          <span class="muted">until the game takes it</span>
        </Fact>
      )}
    </dl>
  );
}

function CheatsOff({ app, list }: { app: App; list: CvarList }) {
  const cheats = list.store.all.get('cheats');
  return (
    <p class="cvar-shut">
      <span class="warn">⊘</span> cheats are off:{' '}
      <button
        type="button"
        class="btn soft"
        disabled={cheats === undefined}
        onClick={() => cheats && setValue(app, cheats, true)}
      >
        turn on
      </button>
    </p>
  );
}

function Actions({ app, cvar }: { app: App; cvar: Cvar }) {
  const spec = bare(cvar);
  const below = uncovered(cvar);
  const plain = below !== undefined && below.kept === undefined && below.layer !== 'default';
  return (
    <div class="cvar-actions">
      {plain && (
        <button type="button" class="btn soft" onClick={() => void reset(app, cvar, false)}>
          ↺ Reset to {word(spec, below.value)} <span class="muted">({layerName(below.layer)})</span>
        </button>
      )}
      <button
        type="button"
        class="btn soft"
        disabled={below === undefined}
        title={below?.kept === undefined ? undefined : `Drops what the ${below.kept} says, for this run of the game`}
        onClick={() => void reset(app, cvar, true)}
      >
        Default {word(spec, cvar.default)}
      </button>
      <LeaseMenu cvar={cvar} />
      <button
        type="button"
        class="btn quiet icon"
        title="Copy the line that sets this value"
        aria-label="Copy"
        disabled={cvar.value === null}
        onClick={() => {
          if (copyText(script([cvar]))) app.toast('Copied');
        }}
      >
        <Icon name="copy" />
      </button>
      {measurable(app, cvar) && (
        <button
          type="button"
          class="btn quiet"
          title="Compare what frames take with different values"
          onClick={() => openCost(app, cvar.name)}
        >
          Measure cost…
        </button>
      )}
    </div>
  );
}

function Fact({ name, children }: { name: string; children: ComponentChildren }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </>
  );
}

function stepText(spec: Spec, step: number): string {
  return spec.type === 'duration' ? plainText(spec, step) : draft({ ...spec, type: 'float' }, step);
}
