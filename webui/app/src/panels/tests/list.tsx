// Files and their tests, each with its state: a tree that the keyboard walks.

import { useEffect, useRef } from 'preact/hooks';
import { many } from '../../core/units';
import { FrameLink } from '../../widgets/framelink/framelink';
import { marks, type State, stateWords } from './model';
import type { Row, Suite } from './suite';

const idOf = (row: Row): string => `${row.file}\n${row.kind === 'test' ? row.test.name : ''}`;

export function List({ suite }: { suite: Suite }) {
  const host = useRef<HTMLDivElement>(null);
  suite.store.version.value;
  suite.runner.version.value;
  suite.folded.value;
  const rows = suite.rows();
  const selected = `${suite.file.value}\n${suite.test.value}`;
  const at = rows.findIndex((row) => idOf(row) === selected);
  useEffect(() => {
    host.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' });
  }, [selected]);
  const go = (i: number): void => {
    const row = rows[Math.min(rows.length - 1, Math.max(0, i))];
    if (row === undefined) return;
    suite.select(row.file, row.kind === 'test' ? row.test.name : '');
    host.current?.querySelectorAll<HTMLElement>('[role=treeitem]')[rows.indexOf(row)]?.focus();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const row = rows[at];
    const moves: Record<string, () => void> = {
      ArrowDown: () => go(at + 1),
      ArrowUp: () => go(at < 0 ? 0 : at - 1),
      Home: () => go(0),
      End: () => go(rows.length - 1),
      PageDown: () => go(at + 15),
      PageUp: () => go(at - 15),
      ArrowRight: () => row?.kind === 'file' && (row.open ? go(at + 1) : suite.fold(row.file, true)),
      ArrowLeft: () => {
        if (row?.kind === 'test') go(rows.findIndex((r) => r.kind === 'file' && r.file === row.file));
        else if (row?.kind === 'file') suite.fold(row.file, false);
      },
      Enter: () => row !== undefined && row.kind !== 'module' && suite.runSelected(),
    };
    const move = moves[event.key];
    if (move === undefined || (event.key === 'Enter' && event.target instanceof HTMLAnchorElement)) return;
    event.preventDefault();
    move();
  };
  if (rows.length === 0)
    return (
      <div class="tests-rows">
        <p class="empty">Waiting for the game to tell its tests.</p>
      </div>
    );
  return (
    <div class="tests-rows" ref={host} role="tree" aria-label="Files and tests" onKeyDown={onKeyDown}>
      {rows.map((row, i) => (
        <Line key={idOf(row)} suite={suite} row={row} selected={i === at} focusable={i === Math.max(0, at)} />
      ))}
    </div>
  );
}

function Line({ suite, row, selected, focusable }: { suite: Suite; row: Row; selected: boolean; focusable: boolean }) {
  const state = row.kind === 'test' ? row.test.state : row.kind === 'file' ? row.state : undefined;
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the tree takes the keys
    <div
      class={`tests-row tests-${row.kind}`}
      role="treeitem"
      aria-level={row.kind === 'test' ? 2 : 1}
      aria-selected={selected}
      aria-expanded={row.kind === 'file' ? row.open : undefined}
      tabIndex={focusable ? 0 : -1}
      onClick={() => suite.select(row.file, row.kind === 'test' ? row.test.name : '')}
      onDblClick={() => row.kind !== 'module' && suite.runSelected()}
    >
      {state === undefined ? <span class="tests-mark" /> : <Mark state={state} />}
      {row.kind === 'file' && (
        <span
          class="tests-fold muted"
          aria-hidden="true"
          onClick={(event) => {
            event.stopPropagation();
            suite.fold(row.file, !row.open);
          }}
        >
          {row.open ? '▾' : '▸'}
        </span>
      )}
      <Name row={row} />
      <Facts row={row} />
    </div>
  );
}

function Mark({ state }: { state: State }) {
  return (
    <span class={`tests-mark tests-is-${state}`} title={stateWords[state]}>
      <span aria-hidden="true">{marks[state]}</span>
      <span class="aside">{stateWords[state]}</span>
    </span>
  );
}

function Name({ row }: { row: Row }) {
  if (row.kind === 'test') {
    const parts = row.test.name.split(' › ');
    const last = parts.pop();
    return (
      <span class={`cut tests-name${row.test.state === 'none' ? ' muted' : ''}`} title={row.test.name}>
        {parts.length > 0 && <span class="muted">{parts.join(' › ')} › </span>}
        {last}
      </span>
    );
  }
  return (
    <span class="cut tests-name mono" title={row.file}>
      {row.file}
    </span>
  );
}

function Facts({ row }: { row: Row }) {
  if (row.kind === 'module') return <span class="tests-fact muted">module</span>;
  if (row.kind === 'file') {
    const { pass, fail, skip, running, waiting, none } = row.counts;
    const all = pass + fail + skip + running + waiting + none;
    return (
      <>
        <span class="tests-fact muted">
          {row.fault !== undefined ? <span class="bad">does not load</span> : `${pass} / ${all}`}
        </span>
        <Time ms={row.ms} />
      </>
    );
  }
  const { state, frame, ticks, ms } = row.test;
  return (
    <>
      <span class="tests-fact muted">
        {state === 'fail' && frame > 0 ? <FrameLink frame={frame} /> : ticks > 0 ? many(ticks, 'tick') : ''}
      </span>
      <Time ms={ms} />
    </>
  );
}

function Time({ ms }: { ms: number }) {
  return (
    <span class="tests-time">
      {Number.isNaN(ms) ? '' : (ms / 1000).toFixed(2)} {!Number.isNaN(ms) && <span class="unit">s</span>}
    </span>
  );
}
