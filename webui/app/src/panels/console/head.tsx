// The head of the panel: levels, what the game has bound, and ways to take the lines elsewhere.

import { useApp } from '../../core/app';
import { copyText, downloadBlob, downloadText } from '../../core/clipboard';
import type { Level } from '../../core/protocol';
import { count } from '../../core/units';
import { Menu } from '../../widgets/menu/menu';
import { kindMarks } from './cells';
import { levels } from './ring';
import type { Tail } from './tail';
import type { Terminal } from './terminal';

export function Head({ tail, terminal }: { tail: Tail; terminal: Terminal }) {
  const app = useApp();
  const { all, byLevel, rows } = tail.tally.value;
  return (
    <header class="panel-head">
      <h2>Console</h2>
      <span class="muted">{count(all)} lines</span>
      <span class="space" />
      <Levels
        hide={tail.hide.value}
        byLevel={byLevel}
        onHide={(text) => {
          tail.hide.value = text;
        }}
      />
      <Binds terminal={terminal} />
      <button
        type="button"
        class="btn quiet"
        title="Copy the listed lines"
        disabled={rows === 0}
        onClick={() => {
          if (copyText(tail.text())) app.toast(`${count(tail.size)} lines copied`);
        }}
      >
        Copy
      </button>
      <Downloads tail={tail} />
    </header>
  );
}

function Downloads({ tail }: { tail: Tail }) {
  const app = useApp();
  const whole = async (format: 'text' | 'json'): Promise<void> => {
    try {
      const answer = await app.fetch(`log?format=${format}`);
      if (!answer.ok) throw new Error(`the game answered ${answer.status}`);
      downloadBlob(format === 'json' ? 'log.json' : 'log.txt', await answer.blob());
    } catch (error) {
      app.toast(`The log did not come: ${error instanceof Error ? error.message : error}`, 'bad');
    }
  };
  const live = app.conn.value.state === 'live' && !app.capture;
  const choices: [string, string, boolean, () => void][] = [
    ['Listed lines', `${count(tail.tally.value.rows)} as text`, true, () => downloadText('log.txt', tail.text())],
    ['All that the game keeps', 'as text', live, () => void whole('text')],
    ['All that the game keeps', 'as JSON, a line each', live, () => void whole('json')],
  ];
  return (
    <Menu label="Download ▾" title="Save the log">
      {(close) =>
        choices.map(([title, what, on, run]) => (
          <button
            key={what}
            type="button"
            class="menu-line"
            disabled={!on}
            onClick={() => {
              close();
              run();
            }}
          >
            {title} <span class="muted">{what}</span>
          </button>
        ))
      }
    </Menu>
  );
}

/** Keys and names that stand for lines. */
function Binds({ terminal }: { terminal: Terminal }) {
  const binds = terminal.log.binds.value;
  const aliases = terminal.log.aliases.value;
  if (binds.length + aliases.length === 0) return null;
  return (
    <Menu label="Binds ▾" title="Keys and names that the game's commands are bound to">
      {(close) => {
        const put = (line: string) => {
          close();
          terminal.prompt.put(line);
          terminal.onFocus?.();
        };
        return (
          <div class="binds">
            {binds.length > 0 && <h3>Binds</h3>}
            {binds.map(({ key, line }) => (
              <button
                key={key}
                type="button"
                class="menu-line"
                title="Put the line into the prompt"
                onClick={() => put(line)}
              >
                <kbd>{key}</kbd> <span class="mono cut">{line}</span>
              </button>
            ))}
            {aliases.length > 0 && <h3>Aliases</h3>}
            {aliases.map(({ name, line }) => (
              <button
                key={name}
                type="button"
                class="menu-line"
                title="Put the name into the prompt"
                onClick={() => put(name)}
              >
                <b class="mono">{name}</b> <span class="mono muted cut">{line}</span>
              </button>
            ))}
          </div>
        );
      }}
    </Menu>
  );
}

interface LevelsProps {
  hide: string;
  byLevel: Record<Level, number>;
  onHide(text: string): void;
}

function Levels({ hide, byLevel, onHide }: LevelsProps) {
  const hidden = new Set(hide.split(',').filter(Boolean));
  const flip = (level: Level, only: boolean) => {
    let next = new Set(hidden);
    if (only) next = new Set(levels.filter((l) => l !== level));
    else if (!next.delete(level)) next.add(level);
    onHide(levels.filter((l) => next.has(l)).join(','));
  };
  return (
    <>
      {[...levels].reverse().map((level) => (
        <button
          key={level}
          type="button"
          class={`chip level-chip level-${level}${hidden.has(level) ? ' off' : ''}`}
          aria-pressed={!hidden.has(level)}
          title={`${hidden.has(level) ? 'Show' : 'Hide'} lines of level ${level}; double click: only these`}
          onClick={() => flip(level, false)}
          onDblClick={() => flip(level, true)}
        >
          <span class="mark" aria-hidden="true">
            {kindMarks[level]}
          </span>
          {level} {count(byLevel[level])}
        </button>
      ))}
    </>
  );
}
