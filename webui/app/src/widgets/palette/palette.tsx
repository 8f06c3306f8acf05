// The palette: one field that finds panels, cvars, entities and commands.

import './palette.css';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { useApp } from '../../core/app';
import { caps } from '../../core/keys';
import { type Found, find } from '../../core/palette';
import { Dialog } from '../dialog/dialog';

interface Props {
  /** What stands in the field at first: `>` for commands. */
  initial: string;
  onClose(): void;
}

export function PaletteDialog({ initial, onClose }: Props) {
  const app = useApp();
  const [query, setQuery] = useState(initial);
  const [at, setAt] = useState(0);
  // What can be found grows while one types: some of it only the game knows.
  const items = useMemo(() => app.palette.items(), [app, query]);
  const found = useMemo(() => find(items, query), [items, query]);
  const field = useRef<HTMLInputElement>(null);
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => field.current?.focus(), []);
  useEffect(() => {
    list.current?.querySelector('[aria-selected=true]')?.scrollIntoView({ block: 'nearest' });
  }, [at, found]);

  const take = (one: Found | undefined): void => {
    if (one === undefined) return;
    onClose();
    one.item.run();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 10, PageUp: -10 }[event.key];
    if (step !== undefined) setAt(Math.max(0, Math.min(found.length - 1, at + step)));
    else if (event.key === 'Enter') take(found[at]);
    else return;
    event.preventDefault();
  };
  return (
    <Dialog label="Search" class="palette" onClose={onClose}>
      <input
        ref={field}
        class="palette-field"
        type="text"
        role="combobox"
        aria-label="Search or > command"
        aria-expanded="true"
        aria-controls="palette-list"
        aria-activedescendant={found[at] ? `palette-${at}` : undefined}
        autocomplete="off"
        spellcheck={false}
        placeholder="Search or > command"
        value={query}
        onInput={(event) => {
          setQuery(event.currentTarget.value);
          setAt(0);
        }}
        onKeyDown={onKeyDown}
      />
      <div ref={list} id="palette-list" class="palette-list scroll" role="listbox" aria-label="Found">
        {found.map((one, i) => (
          <Line
            key={`${one.item.group}/${one.item.id}`}
            one={one}
            id={`palette-${i}`}
            selected={i === at}
            head={one.item.group !== found[i - 1]?.item.group}
            onTake={() => take(one)}
          />
        ))}
      </div>
      {found.length === 0 && <p class="palette-none muted">Nothing fits “{query}”.</p>}
      <footer class="palette-foot muted">
        <span>
          <kbd>↑</kbd> <kbd>↓</kbd> choose
        </span>
        <span>
          <kbd>↵</kbd> open
        </span>
        <span>
          <kbd>Esc</kbd> close
        </span>
        <span class="space" />
        <span>
          {found.length} of {items.length}
        </span>
      </footer>
    </Dialog>
  );
}

interface LineProps {
  one: Found;
  id: string;
  selected: boolean;
  head: boolean;
  onTake(): void;
}

function Line({ one: { item, marks }, id, selected, head, onTake }: LineProps) {
  return (
    // biome-ignore lint/a11y/useFocusableInteractive: the field keeps the focus and names the line as active
    // biome-ignore lint/a11y/useKeyWithClickEvents: the field has the keys
    <div id={id} role="option" aria-selected={selected} class="palette-line" onClick={onTake}>
      <span class="palette-group muted">{head ? item.group : ''}</span>
      <span class="palette-title cut">{marked(item.title, marks)}</span>
      {item.help && <span class="palette-help muted cut">{item.help}</span>}
      {item.detail && <span class="palette-detail cut">{item.detail}</span>}
      {item.keys && (
        <span class="palette-keys">
          {caps(item.keys).map((cap) => (cap === 'then' ? ' ' : <kbd key={cap}>{cap}</kbd>))}
        </span>
      )}
    </div>
  );
}

function marked(title: string, marks: readonly number[]) {
  if (marks.length === 0) return title;
  const at = new Set(marks);
  return [...title].map((letter, i) => (at.has(i) ? <b key={`${i}${letter}`}>{letter}</b> : letter));
}
