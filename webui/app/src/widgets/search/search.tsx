// The filter line of a panel: an icon, the text, and a cross or the key that leads here.

import './search.css';
import type { ComponentChildren } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';

/** The filter lines that are shown, newest last; `/` goes to the last one. */
const shown: HTMLInputElement[] = [];

/** Puts the caret into the filter of the panel that is shown. Reports whether there is one. */
export function focusSearch(): boolean {
  const input = shown.at(-1);
  input?.focus();
  input?.select();
  return input !== undefined;
}

/** Esc clears the text; with none it gives the focus to what is filtered. */
export function Search(props: {
  value: string;
  label: string;
  placeholder: string;
  onValue(text: string): void;
  /** Where the focus goes on Esc and on Enter or the arrow down. */
  onLeave?(): void;
  /** Column of a fault in the text, from 0; the rest is underlined. */
  fault?: number | undefined;
  /** Colours parts of the text. */
  paint?(text: string): { text: string; class: string }[];
  /** False for a second filter line beside the panel's own. */
  slash?: boolean;
  /** Takes a key before the line does. */
  onKey?(event: KeyboardEvent): boolean;
  onFocus?(): void;
  onBlur?(): void;
  /** The caret moved. */
  onMove?(): void;
  input?: { current: HTMLInputElement | null };
  /** A list that completes the text: its id, whether it is open, and the line of it that is chosen. */
  combo?: { list: string; open: boolean; active: string | undefined };
  children?: ComponentChildren;
}) {
  const own = useRef<HTMLInputElement>(null);
  const ref = props.input ?? own;
  const { combo } = props;
  const role = combo && {
    role: 'combobox' as const,
    'aria-autocomplete': 'list' as const,
    'aria-expanded': combo.open,
    'aria-controls': combo.open ? combo.list : undefined,
    'aria-activedescendant': combo.active,
  };
  const back = useRef<HTMLDivElement>(null);
  const slash = props.slash !== false;
  useLayoutEffect(() => {
    const input = ref.current;
    if (input === null || !slash) return;
    shown.push(input);
    return () => void shown.splice(shown.indexOf(input), 1);
  }, [slash]);
  const follow = () => {
    if (back.current && ref.current) back.current.scrollLeft = ref.current.scrollLeft;
  };
  const onKey = (event: KeyboardEvent) => {
    if (props.onKey?.(event)) {
      event.preventDefault();
      event.stopPropagation();
      return;
    }
    if (event.key === 'Escape') {
      if (props.value !== '') props.onValue('');
      else if (props.onLeave) props.onLeave();
      else ref.current?.blur();
    } else if (event.key === 'Enter' || event.key === 'ArrowDown') props.onLeave?.();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div class={`search filter${props.fault === undefined ? '' : ' bad-edge'}`}>
      <svg class="lens" viewBox="0 0 16 16" aria-hidden="true">
        <circle cx="7" cy="7" r="4.5" />
        <path d="M10.5 10.5 14 14" />
      </svg>
      <div class="filter-text">
        {props.paint && (
          <div class="filter-paint" ref={back} aria-hidden="true">
            {props.paint(props.value).map((part) => (
              <span class={part.class}>{part.text}</span>
            ))}
          </div>
        )}
        <input
          ref={ref}
          type="text"
          class={props.paint ? 'painted' : ''}
          {...role}
          aria-label={props.label}
          aria-invalid={props.fault !== undefined}
          placeholder={props.placeholder}
          spellcheck={false}
          autocomplete="off"
          value={props.value}
          onInput={(e) => {
            props.onValue(e.currentTarget.value);
            follow();
          }}
          onScroll={follow}
          onKeyDown={onKey}
          onFocus={props.onFocus}
          onBlur={props.onBlur}
          onClick={props.onMove}
        />
      </div>
      {props.children}
      {props.value === '' ? (
        slash && <kbd title="Press / to filter">/</kbd>
      ) : (
        <button
          type="button"
          class="cross"
          title="Clear (Esc)"
          aria-label="Clear the filter"
          onClick={() => props.onValue('')}
        >
          ✕
        </button>
      )}
    </div>
  );
}
