// The list above the line: values and help of what may stand there, or earlier lines that fit.

import { useEffect, useRef } from 'preact/hooks';
import { count } from '../../../core/units';
import type { Terminal } from '../terminal';
import type { Choice } from './choices';
import type { Listing } from './listing';

export const popupId = 'prompt-list';

export function Popup({ terminal }: { terminal: Terminal }) {
  const { prompt } = terminal;
  const search = prompt.search.value;
  const listing = prompt.listings.now.value;
  const at = search ? search.at : prompt.chosen.value;
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    list.current?.querySelector('[aria-selected=true]')?.scrollIntoView({ block: 'nearest' });
  }, [at, search, listing]);
  const plain = search !== undefined;
  const valued = !plain && (listing?.choices.some((c) => c.kind === 'cvar') ?? false);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: a press must not take the focus from the line
    <div
      class={`prompt-popup${valued ? ' valued' : ''}${plain ? ' plain' : ''}`}
      onMouseDown={(e) => e.preventDefault()}
    >
      <Head terminal={terminal} listing={listing} valued={valued} />
      <div
        ref={list}
        id={popupId}
        class="prompt-choices scroll"
        role="listbox"
        aria-label={plain ? 'Earlier lines' : 'Completions'}
      >
        {search
          ? search.hits.map((line, i) => (
              <Earlier
                key={line}
                line={line}
                query={prompt.text.value}
                id={i}
                selected={i === at}
                onTake={() => prompt.take(i)}
              />
            ))
          : listing?.choices.map((choice, i) => (
              <Line
                key={choice.text}
                choice={choice}
                id={i}
                selected={i === at}
                first={at < 0 && i === 0}
                valued={valued}
                onTake={() => prompt.take(i)}
              />
            ))}
      </div>
      <Foot terminal={terminal} />
    </div>
  );
}

function Head({ terminal, listing, valued }: { terminal: Terminal; listing: Listing | undefined; valued: boolean }) {
  const search = terminal.prompt.search.value;
  if (search) {
    const all = terminal.prompt.history;
    const found = search.hits.length === 0 ? 'None' : count(search.hits.length);
    return (
      <div class="prompt-head">
        <span>
          {found} of {count(all)} earlier lines
        </span>
      </div>
    );
  }
  if (listing === undefined) return null;
  const { matched, all, usage, arg, about } = listing;
  return (
    <div class="prompt-head">
      {usage ? (
        <span class="mono cut">
          <Usage usage={usage} arg={arg} />
        </span>
      ) : about ? (
        <span class="cut">
          <b class="mono">{about.name}</b> {about.help}
        </span>
      ) : (
        <span>
          {Number.isNaN(all) ? `${count(matched)} to choose from` : `${count(matched)} of ${count(all)} match`}
        </span>
      )}
      {valued && <span class="num">now</span>}
      {valued && <span class="num">default</span>}
      {valued && <span>help</span>}
    </div>
  );
}

/** How a command is written, with the argument at the caret in bold. */
function Usage({ usage, arg }: { usage: string; arg: number | undefined }) {
  const words = usage.match(/<[^>]*>\S*|\[[^\]]*\]\S*|\S+/g) ?? [];
  return (
    <>
      {words.map((word, i) => {
        const here =
          arg !== undefined && (i === arg + 1 || (i === words.length - 1 && arg >= i && /\.\.\.|…/.test(word)));
        return (
          <span key={`${i}${word}`} class={i === 0 ? 'here' : ''}>
            {here ? <b>{word}</b> : word}{' '}
          </span>
        );
      })}
    </>
  );
}

interface LineProps {
  choice: Choice;
  id: number;
  selected: boolean;
  first: boolean;
  valued: boolean;
  onTake(): void;
}

function Line({ choice, id, selected, first, valued, onTake }: LineProps) {
  const { value, modified, help = '', usage } = choice;
  const was = choice.default ?? '';
  return (
    // biome-ignore lint/a11y/useFocusableInteractive: the line keeps the focus and names the choice as active
    // biome-ignore lint/a11y/useKeyWithClickEvents: the line has the keys
    <div
      id={`${popupId}-${id}`}
      role="option"
      aria-selected={selected}
      class={`prompt-choice${first ? ' first' : ''}`}
      onClick={onTake}
    >
      <span class="prompt-name mono cut">
        <Marked text={choice.text} mark={choice.mark} />
        {usage && <span class="muted"> {usage}</span>}
      </span>
      {valued && (
        <span class="num cut">
          {modified && (
            <span class="accent" title="modified">
              ●{' '}
            </span>
          )}
          {value}
        </span>
      )}
      {valued && <span class="num muted cut">{was}</span>}
      <span class="muted cut">{help}</span>
    </div>
  );
}

function Earlier({
  line,
  query,
  id,
  selected,
  onTake,
}: {
  line: string;
  query: string;
  id: number;
  selected: boolean;
  onTake(): void;
}) {
  const word = query.trim().split(/\s+/)[0] ?? '';
  const shown = line.replace(/\n/g, ' ⏎ ');
  const at = word === '' ? -1 : shown.toLowerCase().indexOf(word.toLowerCase());
  return (
    // biome-ignore lint/a11y/useFocusableInteractive: as above
    // biome-ignore lint/a11y/useKeyWithClickEvents: as above
    <div id={`${popupId}-${id}`} role="option" aria-selected={selected} class="prompt-choice" onClick={onTake}>
      <span class="prompt-name mono cut">
        <Marked text={shown} mark={at < 0 ? undefined : [at, at + word.length]} />
      </span>
    </div>
  );
}

function Marked({ text, mark }: { text: string; mark: [number, number] | undefined }) {
  if (mark === undefined || mark[0] === mark[1]) return <>{text}</>;
  return (
    <>
      {text.slice(0, mark[0])}
      <b>{text.slice(mark[0], mark[1])}</b>
      {text.slice(mark[1])}
    </>
  );
}

function Foot({ terminal }: { terminal: Terminal }) {
  const { prompt } = terminal;
  const search = prompt.search.value !== undefined;
  const some = (prompt.listings.now.value?.choices.length ?? 0) > 0;
  const choose: [string[], string][] = some
    ? [
        [['Tab'], 'complete'],
        [['↓'], 'choose'],
      ]
    : [];
  const keys: [string[], string][] = search
    ? [
        [['↑', '↓'], 'choose'],
        [['↵'], 'run'],
        [['Tab'], 'edit'],
        [['Esc'], 'back'],
      ]
    : [...choose, [['↑'], 'earlier'], [['↵'], 'run'], [['Ctrl', 'R'], 'history']];
  return (
    <div class="prompt-foot muted">
      {keys.map(([caps, what]) => (
        <span key={what}>
          {caps.map((cap) => (
            <kbd key={cap}>{cap}</kbd>
          ))}{' '}
          {what}
        </span>
      ))}
      <span class="space" />
      {!search && <span class="cut">{terminal.spec(prompt.told, prompt.listings.now.value?.about)}</span>}
    </div>
  );
}
