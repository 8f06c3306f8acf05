// A text of the game: read, searched, and written while the game runs. What is written goes to the
// game's own loader a moment after the last key; what that says stands at its line.

import './text.css';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { many } from '../../../core/units';
import { FrameLink } from '../../../widgets/framelink/framelink';
import { barred } from '../replace';
import type { ViewProps } from '../views';
import { Code } from './code';
import { type Draft, draftOf } from './draft';
import { languageOf } from './tokens';

/** More of a text is not shown: the browser's textarea would stand still. */
const mostShown = 1 << 20;

/** The text of a file. NUL and broken UTF-8 say that it is none. */
export function textOf(data: Uint8Array): { text: string; binary: boolean; crlf: boolean } {
  const text = new TextDecoder().decode(data.subarray(0, mostShown));
  const crlf = text.includes('\r\n');
  return { text: text.replace(/\r\n?/g, '\n'), binary: data.subarray(0, 4096).includes(0), crlf };
}

export function TextView(props: ViewProps) {
  const { app, asset, file } = props;
  const { text, binary, crlf } = useMemo(() => textOf(file.data), [file]);
  const long = props.cut || file.data.length > mostShown;
  const draft = useMemo(() => draftOf(app, asset), [app, asset.id]);
  const host = useRef<HTMLDivElement>(null);
  const box = useRef<HTMLInputElement>(null);
  const [at, setAt] = useState({ line: 1, column: 1 });
  const code = useMemo(
    () =>
      new Code({
        label: `Text of ${asset.name}`,
        language: languageOf(asset.language, asset.name),
        soon: (f) => app.frame.soon(f),
        onInput: (value) => draft.write(value),
        onCursor: (line, column) => setAt({ line, column }),
      }),
    [app, asset.id, asset.language],
  );
  useEffect(() => {
    host.current?.append(code.el);
    return () => {
      code.dispose();
      draft.leave();
    };
  }, [code, draft]);
  const why = long ? 'Only its beginning is here' : binary ? 'It is not a text' : barred(app, asset);
  useEffect(() => code.setReadOnly(why !== ''), [code, why]);
  useEffect(() => {
    draft.crlf = crlf;
    code.set(draft.arrived(asset, text) ?? draft.text);
  }, [code, draft, asset, text]);
  const { state, places, reason, theirs } = draft.status.value;
  useEffect(() => code.setNotes(places), [code, places]);
  const revert = (): void => code.set(draft.revert());
  const onKeyDown = (event: KeyboardEvent): void => {
    // Tab writes one: this is the way out.
    if (event.key === 'Escape' && event.target === code.area) box.current?.focus();
    else if (!(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
    else if (event.key === 's') void draft.apply();
    else if (event.key === 'f') box.current?.select();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: keys of the textarea inside
    <div class="view-column" onKeyDown={onKeyDown}>
      <div class="view-bar" role="toolbar" aria-label="Text">
        <Find code={code} box={box} />
        <span class="space" />
        {why === '' && app.me.value?.role !== 'view' && (
          <>
            <button
              type="button"
              class="chip"
              aria-pressed={draft.live.value}
              title="Apply a moment after the last key"
              onClick={() => draft.setLive(!draft.live.peek())}
            >
              live
            </button>
            <button
              type="button"
              class="btn soft"
              disabled={!draft.dirty.value}
              title="Ctrl+S"
              onClick={() => void draft.apply()}
            >
              Apply
            </button>
            <button
              type="button"
              class="btn soft"
              disabled={!draft.touched.value}
              title="As it was when you began to write"
              onClick={revert}
            >
              Revert
            </button>
          </>
        )}
      </div>
      {theirs && (
        <p class="asset-sent" role="status">
          <span class="warn">◆</span> It changed in the game while you wrote.
          <button type="button" class="btn soft" onClick={() => code.set(draft.takeTheirs())}>
            Take theirs
          </button>
          <button type="button" class="btn soft" onClick={() => void draft.apply()}>
            Keep mine
          </button>
        </p>
      )}
      <div ref={host} class="view-code" />
      {state === 'refused' && <Refused reason={reason} places={places} code={code} />}
      <p class="view-foot" role="status">
        <State draft={draft} why={why} places={places.length} />
        <span class="space" />
        <span class="muted">{asset.language || 'text'}</span>
        <span class="muted">
          line {at.line}, column {at.column}
        </span>
      </p>
    </div>
  );
}

function Refused({
  reason,
  places,
  code,
}: {
  reason: string;
  places: readonly { line: number; column: number; text: string }[];
  code: Code;
}) {
  return (
    <div class="code-refused scroll" role="alert">
      {places.length === 0 ? (
        <pre class="asset-reason">{reason}</pre>
      ) : (
        <ul>
          {places.slice(0, 20).map((p) => (
            <li key={`${p.line}:${p.column} ${p.text}`}>
              <button type="button" class="code-jump" onClick={() => code.goTo(p.line, p.column)}>
                {p.line}:{p.column}
              </button>{' '}
              {p.text}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

function State({ draft, why, places }: { draft: Draft; why: string; places: number }) {
  const { state, version, frame } = draft.status.value;
  if (why !== '') return <span class="muted">Read-only: {why}</span>;
  if (state === 'sending')
    return (
      <span class="muted">
        <span class="accent">◔</span> The game loads it
      </span>
    );
  if (state === 'refused')
    return (
      <span>
        <span class="bad">▲ refused</span>{' '}
        <span class="muted">
          {places > 0 ? `${many(places, 'error')}; ` : ''}the game goes on with version {version}
        </span>
      </span>
    );
  if (draft.dirty.value) return <span class="muted">Not applied yet</span>;
  if (state === 'applied')
    return (
      <span>
        <span class="good">✓ applied</span> <span class="muted">version {version}, since</span>{' '}
        <FrameLink frame={frame} />
      </span>
    );
  return <span class="muted">Write to change it in the running game; Esc leaves the text</span>;
}

function Find({ code, box }: { code: Code; box: preact.RefObject<HTMLInputElement | null> }) {
  const [what, setWhat] = useState('');
  const [found, setFound] = useState({ at: 0, of: 0 });
  const look = (text: string): void => {
    setWhat(text);
    setFound({ at: 0, of: code.find(text) });
  };
  const go = (by: 1 | -1): void => setFound({ at: code.step(by), of: found.of });
  return (
    <span class="search code-find">
      <input
        ref={box}
        type="text"
        aria-label="Find in the text"
        placeholder="Find"
        autocomplete="off"
        spellcheck={false}
        value={what}
        onInput={(e) => look(e.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter') go(event.shiftKey ? -1 : 1);
          else if (event.key === 'Escape' && what !== '') look('');
          else if (event.key === 'Escape') code.area.focus();
          else return;
          event.preventDefault();
          event.stopPropagation();
        }}
      />
      {what !== '' && (
        <span class={found.of === 0 ? 'bad' : 'muted'}>
          {found.at > 0 ? `${found.at} of ${found.of}` : found.of === 0 ? 'none' : found.of}
        </span>
      )}
    </span>
  );
}
