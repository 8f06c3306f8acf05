// The editor with its file: saved to the game, or kept in this browser; never overwritten while it is
// changed here, and not written over what somebody else changed.

import { type Signal, signal } from '@preact/signals';
import { useEffect, useRef, useState } from 'preact/hooks';
import { Ask } from '../../widgets/dialog/ask';
import type { CodeEditor } from './editor/code';
import { isPicture } from './model';
import { Conflict } from './store';
import type { Suite } from './suite';

/** What is in the editor of a file, while it is another text than the file's. */
interface Draft {
  text: string;
  /** Of the file that it began from. */
  version: string;
}

const drafts = new WeakMap<Suite, Map<string, Draft>>();
const dirty: Signal<number> = signal(0); // grows when a draft comes or goes

function draftsOf(suite: Suite): Map<string, Draft> {
  let map = drafts.get(suite);
  if (map === undefined) {
    map = new Map();
    drafts.set(suite, map);
  }
  return map;
}

export function EditorPane({ suite }: { suite: Suite }) {
  const name = suite.file.value;
  suite.store.version.value;
  const [asking, setAsking] = useState(false);
  const file = suite.store.files.get(name);
  return (
    <section class="panel tests-edit" aria-label="Editor">
      {file === undefined || isPicture(name) ? (
        <>
          <header class="panel-head">
            <h2>Editor</h2>
            <span class="space" />
            <button type="button" class="btn quiet" onClick={() => setAsking(true)}>
              New test…
            </button>
          </header>
          <p class="empty">{name === '' ? 'Select a file to read and change it.' : `There is no file ${name}.`}</p>
        </>
      ) : (
        <FileEditor key={name} suite={suite} name={name} onNew={() => setAsking(true)} />
      )}
      {asking && (
        <Ask
          title="New test"
          label="Name of the file"
          initial="new.test.js"
          hint="Letters, digits and ._- between slashes; tests end with .test.js."
          action="Make"
          onAnswer={async (text) => {
            if (!/^[\w.-]+(\/[\w.-]+)*\.js$/.test(text)) return 'a name is like enemies/chase.test.js';
            if (suite.store.files.has(text)) return 'there is such a file';
            await suite.begin(text);
            return undefined;
          }}
          onClose={() => setAsking(false)}
        />
      )}
    </section>
  );
}

function FileEditor({ suite, name, onNew }: { suite: Suite; name: string; onNew(): void }) {
  const host = useRef<HTMLDivElement>(null);
  const editor = useRef<CodeEditor | undefined>(undefined);
  const [fault, setFault] = useState('');
  const [conflict, setConflict] = useState<Conflict | undefined>(undefined);
  const own = draftsOf(suite);
  dirty.value;
  const draft = own.get(name);
  const file = suite.store.files.get(name);
  const view = suite.app.me.value?.role === 'view';
  const fixed = file?.writable !== true || view;

  useEffect(() => {
    let gone = false;
    const open = async (): Promise<void> => {
      const [{ CodeEditor }, { schemaOf }, was] = await Promise.all([
        import('./editor/code'),
        import('./editor/schema'),
        suite.store.text(name),
      ]);
      const el = host.current;
      if (gone || el === null || was === undefined) return;
      editor.current = new CodeEditor(el, {
        text: own.get(name)?.text ?? was.text,
        fixed,
        label: name,
        schema: schemaOf(suite.app),
        onChange: (text) => note(text),
      });
      shown.current = was;
      if (suite.place.peek()?.file === name) follow();
    };
    open().catch((error: unknown) => setFault(error instanceof Error ? error.message : String(error)));
    return () => {
      gone = true;
      editor.current?.destroy();
      editor.current = undefined;
    };
  }, [suite, name, fixed]);

  const shown = useRef({ version: '', text: '' });
  const note = (text: string): void => {
    const had = own.has(name);
    if (text === shown.current.text) own.delete(name);
    else own.set(name, { text, version: own.get(name)?.version ?? shown.current.version });
    if (had !== own.has(name)) dirty.value++;
  };

  const follow = (): void => {
    const place = suite.place.peek();
    if (place?.file !== name || editor.current === undefined) return;
    editor.current.go(place.line, place.column, place.glance !== true);
    suite.place.value = undefined;
  };
  const place = suite.place.value;
  useEffect(follow, [place]);

  // What somebody else made of the file is taken over, unless it was changed here.
  useEffect(() => {
    if (editor.current === undefined || file === undefined || file.version === shown.current.version) return;
    const take = async (): Promise<void> => {
      const now = await suite.store.text(name);
      if (now === undefined || own.has(name)) return;
      shown.current = now;
      editor.current?.set(now.text);
    };
    take().catch(() => undefined);
  }, [file?.version]);

  const save = async (over = false): Promise<void> => {
    const now = own.get(name);
    if (now === undefined || fixed) return;
    try {
      const version = await suite.store.save(name, now.text, over ? undefined : now.version);
      shown.current = { version, text: now.text };
      if (own.get(name)?.text === now.text) own.delete(name);
      else own.set(name, { text: editor.current?.text ?? now.text, version });
      setConflict(undefined);
      setFault('');
      dirty.value++;
    } catch (error) {
      if (error instanceof Conflict) setConflict(error);
      else setFault(`not saved: ${error instanceof Error ? error.message : error}`);
    }
  };
  const theirs = async (): Promise<void> => {
    own.delete(name);
    setConflict(undefined);
    dirty.value++;
    const now = await suite.store.text(name);
    if (now === undefined) return;
    shown.current = now;
    editor.current?.set(now.text);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (!(event.ctrlKey || event.metaKey) || event.altKey) return;
    if (event.key === 's') {
      event.preventDefault();
      event.stopPropagation();
      void save();
    } else if (event.key === 'Enter') {
      event.preventDefault();
      event.stopPropagation();
      // What is seen is what is run: it is saved first.
      void save().then(() => (own.has(name) && !fixed ? undefined : suite.runSelected()));
    }
  };
  const changed = draft !== undefined;
  const stale = changed && file !== undefined && draft.version !== file.version;
  return (
    <>
      <header class="panel-head">
        <h2 class="cut mono" title={name}>
          {changed && <span title="changed, and not saved">● </span>}
          {name}
        </h2>
        {fixed && <span class="muted">read only</span>}
        {file?.origin === 'browser' && <span class="muted">kept in this browser</span>}
        {stale && conflict === undefined && <span class="warn">▲ changed by {file.by || 'somebody'} meanwhile</span>}
        <span class="space" />
        {file?.origin === 'browser' && (
          <button type="button" class="btn quiet" onClick={() => void suite.store.remove(name)}>
            Forget
          </button>
        )}
        <button type="button" class="btn quiet" onClick={onNew}>
          New test…
        </button>
        <button type="button" class="btn soft" disabled={!changed || fixed} title="Ctrl+S" onClick={() => void save()}>
          Save
        </button>
      </header>
      {fault !== '' && (
        <p class="tests-note bad" role="alert">
          ▲ {fault}
        </p>
      )}
      {conflict !== undefined && (
        <div class="tests-note" role="alert">
          <span class="warn">▲</span> <span>{conflict.message.replace(/; read it again$/, '')} since you began.</span>
          <span class="space" />
          <button type="button" class="btn" onClick={() => void save(true)}>
            Keep mine
          </button>
          <button type="button" class="btn" onClick={() => void theirs()}>
            Take theirs
          </button>
        </div>
      )}
      {/* biome-ignore lint/a11y/noStaticElementInteractions: keys of the editor inside */}
      <div class="tests-code-host" ref={host} onKeyDown={onKeyDown} />
    </>
  );
}
