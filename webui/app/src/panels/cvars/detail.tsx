// What is known of the selected cvar: type, range, help, and what happened to it in this session.

import type { ComponentChildren } from 'preact';
import { type App, useApp } from '../../core/app';
import { copyText } from '../../core/clipboard';
import { cvarPath, editing } from '../../core/editing';
import type { Cvar } from '../../core/protocol';
import { count, none } from '../../core/units';
import { draft, plainText, rangeText, type Spec } from '../../widgets/field/spec';
import { FrameLink } from '../../widgets/framelink/framelink';
import { AtFrame, lastBefore } from '../../widgets/framelink/row';
import { ArmCvar } from '../../widgets/incidents/arm';
import { specOf } from './cells';
import type { CvarList } from './list';
import { isModified, isReadOnly, script } from './rows';
import type { Event } from './store';

/** Stands beside the table, or below it where there is no room. */
export function Detail({ list }: { list: CvarList }) {
  const app = useApp();
  list.drawn.value; // drawn anew with the table
  const name = list.selected.value;
  const cvar = list.store.all.get(name);
  if (cvar === undefined) return null;
  const events = list.store.history(name);
  return (
    <aside class="cvar-detail" aria-label={`About ${name}`}>
      <header class="panel-head">
        <h2 class="mono cut" title={name}>
          {name}
        </h2>
        <span class="space" />
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
        <p class="cvar-help">{cvar.help || 'No help text was given.'}</p>
        <Facts app={app} cvar={cvar} />
        {!isReadOnly(cvar) && <Actions app={app} cvar={cvar} last={events[0]} />}
        <History app={app} spec={bare(cvar)} events={events} />
        <ArmCvar cvar={cvar} />
      </div>
    </aside>
  );
}

function Facts({ app, cvar }: { app: App; cvar: Cvar }) {
  const spec = specOf(cvar);
  const range = rangeText(spec);
  return (
    <dl class="facts">
      <Fact name="type">{kind(cvar)}</Fact>
      {range !== '' && (
        <Fact name="range">
          {range} <span class="unit">{cvar.type === 'duration' ? '' : cvar.unit}</span>
        </Fact>
      )}
      {cvar.step ? <Fact name="step">{stepText(spec, cvar.step)}</Fact> : null}
      {cvar.enum && <Fact name="values">{cvar.enum.join(', ')}</Fact>}
      <Fact name="default">{word(spec, cvar.default)}</Fact>
      <Fact name="now">
        {isModified(cvar) && <span class="accent">● </span>}
        {word(spec, cvar.value)}
      </Fact>
      <Fact name="set by">{who(app, cvar.setBy)}</Fact>
    </dl>
  );
}

function Actions({ app, cvar, last }: { app: App; cvar: Cvar; last: Event | undefined }) {
  const spec = bare(cvar);
  const edit = editing(app).edits.edit(cvarPath(cvar.name));
  const set = (value: unknown) => edit.set(value, { before: cvar.value, label: cvar.name });
  return (
    <div class="cvar-actions">
      {last !== undefined && (
        <button type="button" class="btn soft" onClick={() => set(last.before)}>
          ↶ Back to {word(spec, last.before)}
        </button>
      )}
      <button type="button" class="btn soft" disabled={!isModified(cvar)} onClick={() => set(cvar.default)}>
        Default {word(spec, cvar.default)}
      </button>
      <button
        type="button"
        class="btn quiet"
        title="Copy the line that sets this value"
        onClick={() => {
          if (copyText(script([cvar]))) app.toast('Copied');
        }}
      >
        Copy
      </button>
    </div>
  );
}

// Where the unit stands nearby already.
function bare(cvar: Cvar): Spec {
  return cvar.type === 'duration' ? specOf(cvar) : { ...specOf(cvar), unit: '' };
}

function History({ app, spec, events }: { app: App; spec: Spec; events: readonly Event[] }) {
  const current = lastBefore(app, events, (e) => e.mark.x);
  if (events.length === 0) {
    return (
      <section>
        <h3 class="cvar-title">History</h3>
        <p class="muted cvar-none">Not changed {since(app)}.</p>
      </section>
    );
  }
  return (
    <section>
      <h3 class="cvar-title">
        History <span class="muted">{since(app)}</span>
      </h3>
      <table class="rows cvar-history">
        <thead>
          <tr>
            <th class="num">Frame</th>
            <th>By</th>
            <th>Value</th>
          </tr>
        </thead>
        <tbody>
          {events.map((e) => (
            <AtFrame key={e.time} x={e.mark.x} frame={e.frame} current={e === current}>
              <td class="num">
                <FrameLink frame={e.frame} text={count(e.frame)} />
              </td>
              <td class="cut">{who(app, e.by)}</td>
              <td class="cut">
                <span class="muted">{e.before === undefined ? none : word(spec, e.before)} → </span>
                {word(spec, e.after)}
                {e.steps > 1 && <span class="muted"> {count(e.steps)} steps</span>}
              </td>
            </AtFrame>
          ))}
        </tbody>
      </table>
    </section>
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

function since(app: App): string {
  return app.capture ? 'in this capture' : 'since this page was opened';
}

function who(app: App, name: string): string {
  return name === app.me.peek()?.name ? 'you' : name || 'game';
}

function word(spec: Spec, value: unknown): string {
  if (spec.type === 'bool') return value === true ? 'on' : 'off';
  return spec.type === 'string' ? `“${String(value)}”` : plainText(spec, value);
}

function stepText(spec: Spec, step: number): string {
  return spec.type === 'duration' ? plainText(spec, step) : `${draft(spec, step)} ${spec.unit ?? ''}`.trim();
}

function kind(cvar: Cvar): string {
  return [cvar.type, isReadOnly(cvar) ? 'read-only' : ''].filter(Boolean).join(', ');
}
