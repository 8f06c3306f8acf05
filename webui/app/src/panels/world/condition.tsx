// The query: its text with colours, what may stand at the caret, conditions of before, where it is
// wrong, and how much fits it.

import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { type App, useApp } from '../../core/app';
import { count, fixed } from '../../core/units';
import { isMissing } from '../../core/worldedits';
import { Search } from '../../widgets/search/search';
import { fieldsOf } from './columns';
import type { EntityList, Tally } from './list';
import { paint } from './query';
import { recent } from './recent';

interface Item {
  text: string;
  help?: string;
}

interface Offered {
  items: readonly Item[];
  /** What they stand for in the text, [from, to). */
  from: number;
  to: number;
  /** Conditions of before, in the place of words. */
  past: boolean;
}

const listId = 'condition-list';

/** The line below the head. */
export function Condition({ list }: { list: EntityList }) {
  const { world, where } = list;
  const fault = world.fault.value;
  const names = new Set(fieldsOf(world.kinds.value, '').keys());
  const tally = list.tally.value;
  return (
    <>
      <div class="filter-line condition">
        <Completing list={list}>
          {(more) => (
            <Search
              value={where.value}
              label="Condition"
              placeholder="health < 50 and kind:hunter"
              fault={fault?.column}
              paint={(text) => paint(text, names, fault?.column)}
              onValue={(text) => {
                where.value = text;
                more.typed();
              }}
              onLeave={() => {
                recent(list.app).add(where.peek());
                list.enter();
              }}
              {...more.props}
            />
          )}
        </Completing>
        {list.filtered && <TallyText list={list} tally={tally} />}
      </div>
      {fault !== null && (
        <p class="query-fault" role="status">
          <span class="bad">▲ column {fault.column + 1}:</span> {fault.reason}.{' '}
          {fault.suggest && (
            <button type="button" class="btn soft" onClick={() => (where.value = mend(where.peek(), fault))}>
              {fault.suggest}
            </button>
          )}{' '}
          <span class="muted">The rows are those of the condition before.</span>
        </p>
      )}
    </>
  );
}

/** The word at the fault, as the game would have it. */
export function mend(text: string, fault: { column: number; suggest?: string }): string {
  const rest = text.slice(fault.column);
  const word = /^[^\s"'<>=!()~]+/.exec(rest)?.[0] ?? '';
  return `${text.slice(0, fault.column)}${fault.suggest}${rest.slice(word.length)}`;
}

function TallyText({ list, tally }: { list: EntityList; tally: Tally }) {
  const { total, all, ns } = tally;
  return (
    <span class="tally" title={freshness(list.app, tally)}>
      <b>{count(total)}</b> of {count(all)}
      {ns > 0 && ` · ${fixed(ns / 1e6, 1)} ms`}
    </span>
  );
}

/** How old the list is, and what it cost the game. */
export function freshness(app: Pick<App, 'clock'>, { frames, began, ns }: Tally): string {
  if (began === 0) return '';
  const age = Math.max(0, app.clock.peek().frame - began);
  const over = frames <= 1 ? 'in 1 frame' : `over ${count(frames)} frames`;
  const cost = ns > 0 ? `; it took ${fixed(ns / 1e6, 1)} ms of the game's goroutine` : '';
  return `Looked through the world ${over}, which began ${count(age)} frame${age === 1 ? '' : 's'} ago${cost}`;
}

interface More {
  typed(): void;
  props: {
    onKey(event: KeyboardEvent): boolean;
    onFocus(): void;
    onBlur(): void;
    onMove(): void;
    input: { current: HTMLInputElement | null };
    combo: { list: string; open: boolean; active: string | undefined };
  };
}

// A list below the line: words that may stand at the caret while something is typed, conditions of
// before on the arrow down in an empty line.
function Completing({ list, children }: { list: EntityList; children(more: More): preact.ComponentChildren }) {
  const app = useApp();
  const offered = useSignal<Offered | null>(null);
  const at = useSignal(-1);
  const input = useRef<HTMLInputElement>(null);
  const box = useRef<HTMLDivElement>(null);
  const ticket = useRef(0);
  const close = () => {
    ticket.current++;
    offered.value = null;
    at.value = -1;
  };
  const show = (next: Offered) => {
    at.value = -1;
    offered.value = next.items.length > 0 ? next : null;
  };
  const ask = async (): Promise<void> => {
    const mine = ++ticket.current;
    const text = list.where.peek();
    const cursor = input.current?.selectionStart ?? text.length;
    if (text.trim() === '') return past();
    try {
      const found = await app.rpc.call('world.complete', { where: text, cursor });
      if (mine === ticket.current && document.activeElement === input.current) show({ ...found, past: false });
    } catch (fault) {
      if (!isMissing(fault)) close();
    }
  };
  const past = () => {
    const items = recent(app)
      .all()
      .map((text) => ({ text }));
    show({ items, from: 0, to: list.where.peek().length, past: true });
  };
  const take = (i: number) => {
    const now = offered.peek();
    const item = now?.items[i];
    if (!now || !item) return;
    const text = list.where.peek();
    const head = text.slice(0, now.from) + item.text;
    const tail = text.slice(now.to);
    list.where.value = head + tail;
    close();
    requestAnimationFrame(() => {
      input.current?.focus();
      input.current?.setSelectionRange(head.length, head.length);
      if (!now.past) void ask();
    });
  };
  const onKey = (event: KeyboardEvent): boolean => {
    const now = offered.peek();
    if (now === null) {
      if (event.key !== 'ArrowDown' || list.where.peek() !== '') return false;
      past();
      return offered.peek() !== null;
    }
    const n = now.items.length;
    if (event.key === 'ArrowDown') at.value = (at.value + 1) % n;
    else if (event.key === 'ArrowUp') at.value = (at.value + n) % (n + 1) === n ? -1 : (at.value + n) % (n + 1);
    else if (event.key === 'Tab' && !event.shiftKey && !now.past) take(Math.max(0, at.value));
    else if (event.key === 'Enter' && at.value >= 0) take(at.value);
    else if (event.key === 'Escape') close();
    else {
      if (event.key === 'Enter') close();
      return false;
    }
    return true;
  };
  useEffect(() => {
    box.current?.querySelector('[aria-selected=true]')?.scrollIntoView({ block: 'nearest' });
  }, [at.value]);
  const now = offered.value;
  const active = now !== null && at.value >= 0 ? `${listId}-${at.value}` : undefined;
  return (
    <div class="condition-box">
      {children({
        typed: () => void Promise.resolve().then(ask),
        props: {
          onKey,
          onFocus: () => void (list.where.peek() === '' ? undefined : ask()),
          onBlur: close,
          onMove: () => void (offered.peek() !== null && ask()),
          input,
          combo: { list: listId, open: now !== null, active },
        },
      })}
      {now !== null && (
        // biome-ignore lint/a11y/noStaticElementInteractions: a press must not take the focus from the line
        <div class="condition-list" onMouseDown={(e) => e.preventDefault()}>
          <div
            ref={box}
            id={listId}
            class="scroll"
            role="listbox"
            aria-label={now.past ? 'Conditions of before' : 'Completions'}
          >
            {now.items.map((item, i) => (
              // biome-ignore lint/a11y/useFocusableInteractive: the line keeps the focus and names the choice as active
              // biome-ignore lint/a11y/useKeyWithClickEvents: the line has the keys
              <div
                key={item.text}
                id={`${listId}-${i}`}
                role="option"
                aria-selected={i === at.value}
                class="condition-item"
                onClick={() => take(i)}
              >
                <span class="mono cut">{item.text}</span>
                <span class="muted cut">{item.help ?? ''}</span>
              </div>
            ))}
          </div>
          <p class="condition-foot muted">
            <kbd>↑</kbd> <kbd>↓</kbd> choose
            {now.past ? (
              ''
            ) : (
              <>
                {' '}
                · <kbd>Tab</kbd> take
              </>
            )}{' '}
            · <kbd>Esc</kbd> close
          </p>
        </div>
      )}
    </div>
  );
}
