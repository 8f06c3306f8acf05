// The panel: the list at the left, the editor and what the selected test told at the right.

import './tests.css';
import { useComputed } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { type App, useApp } from '../../core/app';
import { downloadText } from '../../core/clipboard';
import { count } from '../../core/units';
import { Menu } from '../../widgets/menu/menu';
import { Splitter } from '../../widgets/splitter/splitter';
import { Detail } from './detail';
import { EditorPane } from './editpane';
import { formats, report } from './exports';
import { List } from './list';
import { RecordView } from './recordview';
import { countAll } from './runner';
import { type Suite, suiteOf } from './suite';

export function TestsPanel() {
  const app = useApp();
  if (app.capture !== undefined) return <RecordView app={app} />;
  return <Bench app={app} />;
}

function Bench({ app }: { app: App }) {
  const suite = suiteOf(app);
  const host = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const el = host.current;
    return el === null ? undefined : takeFiles(el, suite);
  }, [suite]);
  const { version, state } = suite.store;
  version.value;
  const nothing = suite.store.files.size === 0;
  return (
    <div class="tests" ref={host}>
      {nothing && state.value.ready ? (
        <section class="panel tests-list" aria-label="Tests">
          <Head suite={suite} />
          <Nothing suite={suite} />
        </section>
      ) : (
        <Splitter
          name="tests"
          label="Width of the list"
          direction="row"
          initial={0.4}
          least={280}
          first={
            <section class="panel tests-list" aria-label="Tests">
              <Head suite={suite} />
              <Progress suite={suite} />
              <List suite={suite} />
              <Foot suite={suite} />
            </section>
          }
          second={
            <Splitter
              name="tests.editor"
              label="Height of the editor"
              direction="column"
              initial={0.5}
              least={120}
              first={<EditorPane suite={suite} />}
              second={<Detail suite={suite} />}
            />
          }
        />
      )}
    </div>
  );
}

function Head({ suite }: { suite: Suite }) {
  const { runner } = suite;
  const running = runner.running.value;
  runner.version.value;
  const { pass, fail, running: now, waiting } = countAll(runner);
  const broken = runner.faults.size;
  const why = suite.barred || (suite.store.tests().length === 0 ? 'there are no tests' : '');
  return (
    <header class="panel-head tests-head">
      <h2>Tests</h2>
      <span class="tests-counts" role="status">
        {pass > 0 && <span class="good">✓ {count(pass)}</span>}
        {fail + broken > 0 && <span class="bad">✕ {count(fail + broken)}</span>}
        {now > 0 && <span class="accent">▸ {count(now)}</span>}
        {waiting > 0 && <span class="muted">{count(waiting)} waiting</span>}
        <span class="aside">
          {running ? 'running' : `${pass} passed, ${fail} failed${broken > 0 ? `, ${broken} files not loaded` : ''}`}
        </span>
      </span>
      <span class="space" />
      <button
        type="button"
        class="btn quiet"
        aria-pressed={suite.watching.value}
        title="Run what changes (r)"
        onClick={() => {
          suite.watching.value = !suite.watching.value;
        }}
      >
        Watch
      </button>
      <Exports suite={suite} />
      <button
        type="button"
        class="btn soft"
        disabled={running || why !== '' || fail + broken === 0}
        title={why || 'e'}
        aria-label="Run failed"
        onClick={() => suite.runFailed()}
      >
        <span class="tests-wide">Run</span> failed
      </button>
      {running ? (
        <button type="button" class="btn" title="x" onClick={() => runner.stop()}>
          ■ Stop
        </button>
      ) : (
        <button
          type="button"
          class="btn"
          aria-label="Run all"
          disabled={why !== ''}
          title={why || 'a'}
          onClick={() => suite.runAll()}
        >
          ▸ <span class="tests-wide">Run</span> all
        </button>
      )}
    </header>
  );
}

function Exports({ suite }: { suite: Suite }) {
  const { runner } = suite;
  const some = runner.faults.size > 0 || [...runner.all()].some((t) => t.state === 'pass' || t.state === 'fail');
  return (
    <Menu label="Export ▾" title="What the last run told, as a file">
      {(close) => (
        <div class="menu-items">
          {formats.map(({ name, file, reporter }) => (
            <button
              key={name}
              type="button"
              class="menu-item"
              disabled={!some}
              onClick={() => {
                downloadText(file, report(reporter, runner.all(), runner.faults, runner.seed));
                close();
              }}
            >
              {name} <span class="muted">{file}</span>
            </button>
          ))}
        </div>
      )}
    </Menu>
  );
}

// Two px: what passed, what failed, and what is left of the run.
function Progress({ suite }: { suite: Suite }) {
  suite.runner.version.value;
  const { pass, fail, skip, running, waiting, none } = countAll(suite.runner);
  const all = Math.max(1, pass + fail + skip + running + waiting + none);
  const share = (n: number) => ({ width: `${(100 * n) / all}%` });
  return (
    <div
      class="tests-progress"
      role="progressbar"
      aria-label="Tests that ran"
      aria-valuemin={0}
      aria-valuemax={all}
      aria-valuenow={pass + fail + skip}
    >
      <span class="tests-passed" style={share(pass + skip)} />
      <span class="tests-failed" style={share(fail)} />
    </div>
  );
}

function Foot({ suite }: { suite: Suite }) {
  const state = useComputed(() => suite.store.state.value);
  const fault = suite.store.fault.value;
  const why = suite.barred;
  const { folder, writable } = state.value;
  return (
    <footer class="list-foot">
      {fault !== '' ? (
        <span class="warn cut" title={fault}>
          ▲ {fault}
        </span>
      ) : (
        <span class="cut">
          {folder ?? 'with the game'} {!writable && <span class="muted">read only</span>}
        </span>
      )}
      <span class="muted cut">
        {why === '' ? 'drop files .test.js to keep them in this browser' : `nothing runs: ${why}`}
      </span>
    </footer>
  );
}

/** What a game must say so that there is something to run. */
function Nothing({ suite }: { suite: Suite }) {
  const { available, folder, writable } = suite.store.state.value;
  if (suite.store.fault.value !== '')
    return <p class="empty">The game does not tell its tests: {suite.store.fault.value}</p>;
  return (
    <div class="empty">
      <p>
        {available ? (
          <>
            <b>There are no tests yet.</b>
            {writable ? `They lie in ${folder}. ` : 'The game brings none along. '}
          </>
        ) : (
          <>
            <b>This game has no folder of tests.</b>
            One line gives it one, to be read and written from here:
          </>
        )}
      </p>
      {!available && <pre class="tests-code">con.Tests.Folder = "tests"</pre>}
      <p>Drop files .test.js here to run them all the same: this browser keeps them.</p>
      <p>
        <button type="button" class="btn" onClick={() => suite.begin()}>
          Write the first test
        </button>
      </p>
    </div>
  );
}

// Captures go on to the page, which opens them.
function takeFiles(host: HTMLElement, suite: Suite): () => void {
  const over = (event: DragEvent): void => {
    if (!event.dataTransfer?.types.includes('Files')) return;
    event.preventDefault();
    host.dataset.drop = 'yes';
  };
  const leave = (event: DragEvent): void => {
    if (!(event.relatedTarget instanceof Node) || !host.contains(event.relatedTarget)) delete host.dataset.drop;
  };
  const drop = (event: DragEvent): void => {
    delete host.dataset.drop;
    const files = [...(event.dataTransfer?.files ?? [])];
    if (files.length === 0 || files.some((f) => f.name.endsWith('.scry'))) return;
    event.preventDefault();
    event.stopPropagation();
    document.documentElement.classList.remove('dropping');
    void suite.take(files);
  };
  const listeners = { dragover: over, dragenter: over, dragleave: leave, drop } as const;
  for (const [name, f] of Object.entries(listeners)) host.addEventListener(name, f as EventListener);
  return () => {
    for (const [name, f] of Object.entries(listeners)) host.removeEventListener(name, f as EventListener);
  };
}
