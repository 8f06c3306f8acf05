// The field of the line, with what would complete it behind the caret and the list above it.

import { effect } from '@preact/signals';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { useApp } from '../../../core/app';
import { called, forget } from '../../../core/summon';
import type { Terminal } from '../terminal';
import { Popup, popupId } from './popup';
import type { Prompt } from './prompt';

// The types allow a field of several lines no other role than its own; ARIA 1.2 gives the role to any.
const combobox = (open: boolean) => ({ role: 'combobox', 'aria-expanded': open }) as object;

export function PromptField({ terminal }: { terminal: Terminal }) {
  const app = useApp();
  const { prompt } = terminal;
  const field = useRef<HTMLTextAreaElement>(null);
  const paint = useRef<HTMLDivElement>(null);
  const { shut, reason } = terminal.gate;
  const text = prompt.text.value;
  const search = prompt.search.value;
  useSync(prompt, field);
  useEffect(
    () =>
      effect(() => {
        // A line that has left the page is still told of calls for a moment, which are for the next one.
        if (field.current !== null && called(app)) field.current.focus();
      }),
    [app],
  );
  const follow = () => {
    if (paint.current && field.current) paint.current.scrollTop = field.current.scrollTop;
  };
  useEffect(() => () => forget(app), [app]);
  useLayoutEffect(() => {
    const el = field.current;
    if (el !== null && prompt.selection.peek()[1] === text.length) el.scrollTop = el.scrollHeight;
    follow();
  }, [text]);
  const listing = prompt.listings.now.value;
  const open = !shut && (search !== undefined || listing !== undefined);
  const active = search ? (search.hits.length > 0 ? search.at : -1) : prompt.chosen.value;
  // What the program wrote is heard as well.
  const heard = (el: HTMLTextAreaElement) => {
    if (el.value !== prompt.text.peek()) prompt.typed(el.value, el.selectionStart, el.selectionEnd);
  };
  return (
    <div class="prompt">
      {open && <Popup terminal={terminal} />}
      <div class={`prompt-line${shut ? ' shut' : ''}${prompt.fault.value ? ' bad-edge' : ''}`}>
        <span class="prompt-sign" aria-hidden="true">
          {search ? '⌕' : '›'}
        </span>
        <div class="prompt-room">
          <div class="prompt-paint" ref={paint} aria-hidden="true">
            <Paint prompt={prompt} />
          </div>
          <textarea
            ref={field}
            rows={1}
            {...combobox(open)}
            aria-label={search ? 'Search earlier lines' : 'Command'}
            aria-autocomplete="list"
            aria-haspopup="listbox"
            aria-controls={open ? popupId : undefined}
            aria-activedescendant={open && active >= 0 ? `${popupId}-${active}` : undefined}
            aria-describedby="prompt-reason"
            aria-invalid={prompt.fault.value !== undefined}
            readOnly={shut}
            placeholder={shut ? reason : search ? 'what the line had in it' : 'Command or cvar'}
            spellcheck={false}
            autocomplete="off"
            autocapitalize="off"
            onInput={(e) => heard(e.currentTarget)}
            onScroll={follow}
            onFocus={() => terminal.learn()}
            onBlur={() => document.hasFocus() && forget(app)}
            onSelect={(e) => prompt.moved(e.currentTarget.selectionStart, e.currentTarget.selectionEnd)}
            onKeyDown={(e) => {
              if (e.isComposing || !(shut ? leaves(e, terminal) : prompt.key(e))) return;
              e.preventDefault();
              e.stopPropagation();
            }}
          />
        </div>
        <Beside prompt={prompt} reason={shut && text === '' ? '' : reason} />
        <span id="prompt-reason" class="aside" role="status">
          {prompt.fault.value?.message ?? reason}
        </span>
      </div>
    </div>
  );
}

// Who may not type may still go away.
function leaves(event: KeyboardEvent, terminal: Terminal): boolean {
  return (event.key === 'Escape' || event.code === 'Backquote') && terminal.prompt.key(event);
}

// Text that was changed by other means than typing is put into the field.
function useSync(prompt: Prompt, field: { readonly current: HTMLTextAreaElement | null }): void {
  const show = () => {
    const el = field.current;
    if (el === null) return;
    const text = prompt.text.peek();
    const [from, to] = prompt.selection.peek();
    if (el.value !== text) replace(el, text);
    if (el.selectionStart !== from || el.selectionEnd !== to) el.setSelectionRange(from, to);
  };
  // At once: the next key may be on its way.
  useEffect(
    () =>
      effect(() => {
        if (prompt.written.value >= 0) show();
      }),
    [prompt],
  );
}

// By way of the browser's own editing where that can be, so that its undo knows of it.
function replace(el: HTMLTextAreaElement, text: string): void {
  if (document.activeElement === el && text !== '') {
    el.select();
    if (document.execCommand?.('insertText', false, text) && el.value === text) return;
  }
  el.value = text;
}

function Paint({ prompt }: { prompt: Prompt }) {
  const text = prompt.text.value;
  const fault = prompt.fault.value;
  const ghost = prompt.ghost;
  // A line end at the end has no height of its own without something behind it.
  const rest = (
    <>
      <span class="ghost">{ghost}</span>
      {'\u200b'}
    </>
  );
  if (fault === undefined)
    return (
      <>
        {text}
        {rest}
      </>
    );
  return (
    <>
      {text.slice(0, fault.from)}
      <span class="wrong">{text.slice(fault.from, fault.to)}</span>
      {text.slice(fault.to)}
      {rest}
    </>
  );
}

// At the right of the line: what can be done about what was wrong, or why the line is as it is.
function Beside({ prompt, reason }: { prompt: Prompt; reason: string }) {
  const fault = prompt.fault.value;
  if (fault !== undefined) {
    return (
      <span class="prompt-beside muted">
        {fault.suggest !== undefined && (
          <span class="cut">
            <kbd>Tab</kbd> <span class="mono">{fault.suggest}</span>
          </span>
        )}
        <span>
          <kbd>Esc</kbd> drop
        </span>
      </span>
    );
  }
  if (reason !== '') return <span class="prompt-beside muted cut">{reason}</span>;
  if (prompt.text.value !== '' || prompt.search.value) return null;
  return (
    <span class="prompt-beside">
      <kbd title="Press ` to come here and to go back">`</kbd>
    </span>
  );
}
