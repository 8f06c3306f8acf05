// Files of values: profiles to load and to save, the archive, scripts to read in and to give away.

import { type Signal, useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { type App, useApp } from '../../core/app';
import type { Values } from '../../core/cvaredits';
import { comingOf } from '../../core/cvaredits';
import { editing, reasonOf } from '../../core/editing';
import type { Loaded, Profile } from '../../core/protocol';
import { count, madeAt, many } from '../../core/units';
import { Ask } from '../../widgets/dialog/ask';
import { Menu } from '../../widgets/menu/menu';
import { together } from './actions';
import { ImportDialog, ProfileDialog } from './import';
import type { CvarList } from './list';
import { isUnsaved } from './marks';
import type { Cvars } from './store';

/** What stands over the panel. */
type Over = { kind: 'save' } | { kind: 'import' } | { kind: 'profile'; profile: Profile } | undefined;

/** The menu in the head of the panel, and the dialogs that it opens. */
export function ProfilesMenu({ list, onCopy }: { list: CvarList; onCopy(): void }) {
  const app = useApp();
  const over = useSignal<Over>(undefined);
  const close = () => {
    over.value = undefined;
  };
  return (
    <>
      <Menu label="Profiles ▾" title="Saved values: load, save, import">
        {(shut) => <Items app={app} list={list} over={over} shut={shut} onCopy={onCopy} />}
      </Menu>
      {over.value?.kind === 'save' && <SaveDialog app={app} list={list} onClose={close} />}
      {over.value?.kind === 'import' && <ImportDialog store={list.store} onClose={close} />}
      {over.value?.kind === 'profile' && (
        <ProfileDialog
          store={list.store}
          name={over.value.profile.name}
          help={over.value.profile.help ?? ''}
          preview={preview(over.value.profile.name)}
          load={load(list.store, over.value.profile.name)}
          onClose={close}
        />
      )}
    </>
  );
}

interface ItemsProps {
  app: App;
  list: CvarList;
  over: Signal<Over>;
  shut(): void;
  onCopy(): void;
}

function Items({ app, list, over, shut, onCopy }: ItemsProps) {
  const profiles = useSignal<readonly Profile[] | undefined>(undefined);
  const fault = useSignal('');
  const ask = async (): Promise<void> => {
    try {
      profiles.value = await app.rpc.call('cvar.profiles', {});
    } catch (reason) {
      fault.value = reasonOf(reason);
    }
  };
  useEffect(() => void ask(), [app]);
  const choose = (next: Over) => () => {
    shut();
    over.value = next;
  };
  const forget = async (profile: Profile): Promise<void> => {
    try {
      await app.rpc.call('cvar.forget', { profile: profile.name });
      app.toast(`Profile ${profile.name} deleted`);
    } catch (reason) {
      app.toast(reasonOf(reason), 'bad');
    }
    await ask();
  };
  const { unsaved } = list.tally.value;
  return (
    <div class="menu-items profiles">
      <p class="menu-note muted">Profiles</p>
      {profiles.value?.map((p) => (
        <ProfileLine
          key={p.name}
          profile={p}
          onShow={choose({ kind: 'profile', profile: p })}
          onForget={() => void forget(p)}
        />
      ))}
      {profiles.value?.length === 0 && <p class="menu-note">None yet.</p>}
      {fault.value !== '' && <p class="menu-note bad">▲ {fault.value}</p>}
      <button type="button" class="menu-item" onClick={choose({ kind: 'save' })}>
        Save as a profile…
      </button>
      <hr />
      <button
        type="button"
        class="menu-item"
        title={unsavedNames(list.store)}
        onClick={() => {
          shut();
          void saveArchive(app);
        }}
      >
        <span>Save the archive now</span>
        <span class="muted">{unsaved === 0 ? 'all is saved' : `${count(unsaved)} not saved yet`}</span>
      </button>
      <hr />
      <button type="button" class="menu-item" onClick={choose({ kind: 'import' })}>
        Import a script…
      </button>
      <button
        type="button"
        class="menu-item"
        onClick={() => {
          shut();
          onCopy();
        }}
      >
        Export as a file
      </button>
    </div>
  );
}

interface LineProps {
  profile: Profile;
  onShow(): void;
  onForget(): void;
}

function ProfileLine({ profile: { name, help, values, shipped, modified }, onShow, onForget }: LineProps) {
  const origin = modified ? `Saved ${madeAt(modified)}` : 'Comes with the game';
  const drop = `Delete the profile ${name}`;
  return (
    <div class="profile-line">
      <button type="button" class="menu-item" title={origin} onClick={onShow}>
        <span>{name}…</span>
        <span class="muted">
          {many(values, 'value')}, {shipped ? 'shipped' : 'saved'}
        </span>
        {help && <span class="muted profile-help">{help}</span>}
      </button>
      {!shipped && (
        <button type="button" class="btn quiet icon" title={drop} aria-label={drop} onClick={onForget}>
          ✕
        </button>
      )}
    </div>
  );
}

function unsavedNames(store: Cvars): string {
  const names = [...store.all.values()].filter(isUnsaved).map((c) => c.name);
  return names.length === 0 ? 'The archive file holds all that belongs there' : names.slice(0, 20).join('\n');
}

async function saveArchive(app: App): Promise<void> {
  try {
    const { file, written } = await app.rpc.call('cvar.save', {});
    app.toast(`${many(written.length, 'value')} in ${file}`, 'good');
  } catch (reason) {
    app.toast(`The archive was not saved: ${reasonOf(reason)}`, 'bad');
  }
}

function SaveDialog({ app, list, onClose }: { app: App; list: CvarList; onClose(): void }) {
  const { modified } = list.tally.peek();
  const save = async (profile: string): Promise<string | undefined> => {
    if (profile === '') return 'A name is wanted';
    try {
      const { file, written } = await app.rpc.call('cvar.save', { profile });
      app.toast(`Profile ${profile}: ${many(written.length, 'value')} in ${file}`, 'good');
      return undefined;
    } catch (reason) {
      return reasonOf(reason);
    }
  };
  return (
    <Ask
      title="Save as a profile"
      label="Name of the profile"
      initial=""
      action="Save"
      hint={`Holds all that differs from its default: ${many(modified, 'value')}. One of the same name is replaced.`}
      onAnswer={save}
      onClose={onClose}
    />
  );
}

/** Asks what a profile would set. */
const preview = (profile: string) => (app: App) => app.rpc.call('cvar.load', { profile, preview: true });

/** Loads a profile; one undo takes back all that it set. */
const load =
  (store: Cvars, profile: string) =>
  async (app: App): Promise<Loaded> => {
    await editing(app).edits.settled();
    const was: Values = {};
    for (const cvar of store.all.values()) was[cvar.name] = comingOf(cvar);
    const done = await app.rpc.call('cvar.load', { profile });
    const before: Values = {};
    const after: Values = {};
    for (const cvar of await app.rpc.call('cvar.list', {})) {
      if (!done.applied.some((a) => a.name === cvar.name)) continue;
      before[cvar.name] = was[cvar.name] ?? cvar.default;
      after[cvar.name] = comingOf(cvar);
    }
    together(app, `profile ${profile}`, before, after);
    return done;
  };
