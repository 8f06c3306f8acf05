// What is known of the selected cvar: type, range, help, and what happened to it in this session.

import type { Signal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import type { App } from '../../core/app';
import { copyText } from '../../core/clipboard';
import { cvarPath, editing } from '../../core/editing';
import type { Cvar } from '../../core/protocol';
import { count } from '../../core/units';
import { draft, plainText, rangeText, type Spec } from '../../widgets/field/spec';
import { specOf } from './cells';
import { isModified, isReadOnly, script } from './rows';
import type { Cvars, Event } from './store';

/** Stands beside the table, or below it where there is no room. */
export function Detail(props: { app: App; store: Cvars; name: Signal<string>; tick: Signal<number> }) {
  const { app, store, name, tick } = props;
  tick.value; // drawn anew with the table
  const cvar = store.all.get(name.value);
  if (name.value === '' || cvar === undefined) return null;
  const spec = specOf(cvar);
  const bare = cvar.type === 'duration' ? spec : { ...spec, unit: '' };
  const events = store.history(cvar.name);
  const set = (value: unknown) => editing(app).edits.edit(cvarPath(cvar.name)).set(value, { before: cvar.value, label: cvar.name });
  const last = events[0];
  return (
    <aside class="cvar-detail" aria-label={`About ${cvar.name}`}>
      <header class="panel-head">
        <h2 class="mono cut" title={cvar.name}>
          {cvar.name}
        </h2>
        <span class="space" />
        <button type="button" class="btn quiet icon" title="Close" aria-label="Close the details" onClick={() => (name.value = '')}>
          ✕
        </button>
      </header>
      <div class="cvar-about scroll">
        <p class="cvar-help">{cvar.help || 'No help text was given.'}</p>
        <dl class="facts">
          <Fact name="type">{kind(cvar)}</Fact>
          {rangeText(spec) !== '' && (
            <Fact name="range">
              {rangeText(spec)} <span class="unit">{cvar.type === 'duration' ? '' : cvar.unit}</span>
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
        {!isReadOnly(cvar) && (
          <div class="cvar-actions">
            {last !== undefined && (
              <button type="button" class="btn soft" onClick={() => set(last.before)}>
                ↶ Back to {word(bare, last.before)}
              </button>
            )}
            <button type="button" class="btn soft" disabled={!isModified(cvar)} onClick={() => set(cvar.default)}>
              Default {word(bare, cvar.default)}
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
        )}
        <History app={app} spec={bare} events={events} />
      </div>
    </aside>
  );
}

function History({ app, spec, events }: { app: App; spec: Spec; events: readonly Event[] }) {
  if (events.length === 0) {
    return (
      <section>
        <h3 class="cvar-title">History</h3>
        <p class="muted cvar-none">Not changed since this page was opened.</p>
      </section>
    );
  }
  return (
    <section>
      <h3 class="cvar-title">
        History <span class="muted">since this page was opened</span>
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
            <tr key={`${e.time}`}>
              <td class="num">
                <a href={app.url.href('perf', { f: String(e.frame) })}>{count(e.frame)}</a>
              </td>
              <td class="cut">{who(app, e.by)}</td>
              <td class="cut">
                <span class="muted">{word(spec, e.before)} → </span>
                {word(spec, e.after)}
                {e.steps > 1 && <span class="muted"> {count(e.steps)} steps</span>}
              </td>
            </tr>
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
