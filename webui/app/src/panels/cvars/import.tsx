// What a script or a profile would change, shown before it does: the differences to the values of now,
// and by line what cannot be set.

import './import.css';
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { type App, useApp } from '../../core/app';
import { comingOf } from '../../core/cvaredits';
import { reasonOf } from '../../core/editing';
import type { Loaded, Scalar } from '../../core/protocol';
import { same } from '../../core/undo';
import { count, many } from '../../core/units';
import { Dialog } from '../../widgets/dialog/dialog';
import { setAll } from './actions';
import { word } from './marks';
import { type Fault, type Read, read, type Setting } from './script';
import { bare } from './spec';
import type { Cvars } from './store';

/** Reads a script as somebody types, pastes or chooses it. */
export function ImportDialog({ store, onClose }: { store: Cvars; onClose(): void }) {
  const app = useApp();
  const text = useSignal('');
  const refused = useSignal<readonly Fault[]>([]);
  const found = read(text.value, store.all);
  const choose = async (file: File | undefined): Promise<void> => {
    if (file !== undefined) text.value = await file.text();
  };
  const set = async (): Promise<void> => {
    const faults = await setAll(app, 'script', found.settings);
    refused.value = found.settings.flatMap(({ name, line }) => {
      const reason = faults.get(name);
      return reason === undefined ? [] : [{ line, text: name, reason }];
    });
    if (faults.size === 0) onClose();
  };
  return (
    <Dialog label="Import a script" class="cvar-import" onClose={onClose}>
      <header class="panel-head">
        <h2>Import a script</h2>
        <span class="muted">lines of “set name value”</span>
        <span class="space" />
        <label class="btn soft">
          Choose a file…
          <input
            type="file"
            class="aside"
            accept=".cfg,.txt,text/plain"
            onChange={(event) => void choose(event.currentTarget.files?.[0])}
          />
        </label>
      </header>
      <textarea
        class="input import-text mono"
        aria-label="Script"
        placeholder={'set physics.gravity 9.8\nset title "The Garden" // a comment'}
        spellcheck={false}
        value={text.value}
        onInput={(event) => {
          text.value = event.currentTarget.value;
          refused.value = [];
        }}
        onDragOver={(event) => event.preventDefault()}
        onDrop={(event) => {
          event.preventDefault();
          void choose(event.dataTransfer?.files[0]);
        }}
      />
      <Differences store={store} settings={found.settings} />
      <Faults faults={[...refused.value, ...found.faults]} />
      <Foot tally={tally(found)} n={found.settings.length} verb="Set" onGo={set} onClose={onClose} />
    </Dialog>
  );
}

interface ProfileProps {
  store: Cvars;
  name: string;
  help: string;
  /** What loading would do. */
  preview(app: App): Promise<Loaded>;
  load(app: App): Promise<Loaded>;
  onClose(): void;
}

/** Shows what a profile would change, and loads it. */
export function ProfileDialog({ store, name, help, preview, load, onClose }: ProfileProps) {
  const app = useApp();
  const found = useSignal<Loaded | undefined>(undefined);
  const fault = useSignal('');
  useEffect(() => {
    preview(app).then(
      (loaded) => {
        found.value = loaded;
      },
      (reason: unknown) => {
        fault.value = reasonOf(reason);
      },
    );
  }, [app, name]);
  const go = async (): Promise<void> => {
    try {
      const { skipped } = await load(app);
      if (skipped.length > 0) app.toast(`Profile ${name}: ${many(skipped.length, 'line')} left out`, 'warn');
      onClose();
    } catch (reason) {
      fault.value = reasonOf(reason);
    }
  };
  const settings = (found.value?.applied ?? []).flatMap(({ name: cvar, value }) => setting(store, cvar, value));
  const changes = settings.filter((s) => !same(s.value, s.before));
  const faults = (found.value?.skipped ?? []).map(({ line, name: text = '', reason }) => ({
    line,
    text,
    reason: reason.replace(/^cvar "([^"]*)"/, '$1'),
  }));
  const stand = tally({ settings: changes, same: settings.length - changes.length, faults });
  const waits = found.value?.waiting.length ?? 0;
  return (
    <Dialog label={`Profile ${name}`} class="cvar-import" onClose={onClose}>
      <header class="panel-head">
        <h2>Profile {name}</h2>
        <span class="muted cut">{help}</span>
      </header>
      <Differences store={store} settings={changes} />
      <Faults faults={faults} />
      {fault.value !== '' && (
        <p class="import-fault bad" role="alert">
          ▲ {fault.value}
        </p>
      )}
      <Foot
        tally={waits > 0 ? `${stand}, ${count(waits)} not bound yet` : stand}
        n={found.value === undefined ? 0 : changes.length}
        verb="Load"
        onGo={go}
        onClose={onClose}
      />
    </Dialog>
  );
}

function setting(store: Cvars, name: string, value: Scalar): Setting[] {
  const cvar = store.all.get(name);
  if (cvar === undefined) return [];
  return [{ line: 0, name, value, before: comingOf(cvar) }];
}

function Differences({ store, settings }: { store: Cvars; settings: readonly Setting[] }) {
  if (settings.length === 0) return null;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard must reach it
    <section class="scroll import-list" tabIndex={0} aria-label="What changes">
      <table class="rows">
        <thead>
          <tr>
            <th>Name</th>
            <th class="num">Now</th>
            <th class="num">Then</th>
          </tr>
        </thead>
        <tbody>
          {settings.map(({ name, value, before }) => {
            const cvar = store.all.get(name);
            if (cvar === undefined) return null;
            return (
              <tr key={name}>
                <td class="cut">{name}</td>
                <td class="num muted cut">{word(bare(cvar), before)}</td>
                <td class="num cut">{word(bare(cvar), value)}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </section>
  );
}

function Faults({ faults }: { faults: readonly Fault[] }) {
  if (faults.length === 0) return null;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard must reach it
    <section class="scroll import-faults" tabIndex={0} aria-label="Lines that are left out">
      <ul>
        {faults.map(({ line, text, reason }) => (
          <li key={`${line} ${reason}`}>
            <span class="bad">▲ {line > 0 && `line ${line}: `}</span>
            {reason} {!reason.includes(text) && <span class="muted mono">{text}</span>}
          </li>
        ))}
      </ul>
    </section>
  );
}

interface FootProps {
  tally: string;
  n: number;
  verb: string;
  onGo(): Promise<void>;
  onClose(): void;
}

function Foot({ tally: words, n, verb, onGo, onClose }: FootProps) {
  const busy = useSignal(false);
  const go = async (): Promise<void> => {
    busy.value = true;
    await onGo();
    busy.value = false;
  };
  return (
    <footer class="import-foot">
      <span class="muted">{words}</span>
      <span class="space" />
      <button type="button" class="btn" disabled={n === 0 || busy.value} onClick={() => void go()}>
        {verb} {many(n, 'value')}
      </button>
      <button type="button" class="btn quiet" onClick={onClose}>
        Cancel
      </button>
    </footer>
  );
}

function tally({ settings, same: stand, faults }: Read): string {
  const parts = [many(settings.length, 'change')];
  if (stand > 0) parts.push(`${count(stand)} ${stand === 1 ? 'stands' : 'stand'} already`);
  if (faults.length > 0) parts.push(`${count(faults.length)} left out`);
  return parts.join(', ');
}
