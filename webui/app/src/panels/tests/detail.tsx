// What the selected test told: why it failed, with the game's last values, its pictures and the places in
// its files, and the log of its steps.

import { useEffect, useState } from 'preact/hooks';
import { type App, useApp } from '../../core/app';
import { copyText, downloadBlob } from '../../core/clipboard';
import { many, ms as milliseconds } from '../../core/units';
import { Icon } from '../../shell/icons';
import { FrameLink } from '../../widgets/framelink/framelink';
import { type Fault, marks, type Step, stateWords, type Test } from './model';
import { PicturesView } from './pictures';
import { Stack } from './stack';
import type { Suite } from './suite';

export function Detail({ suite }: { suite: Suite }) {
  suite.runner.version.value;
  suite.store.version.value;
  const [file, name] = [suite.file.value, suite.test.value];
  const test = name === '' ? undefined : suite.runner.find(file, name);
  if (test !== undefined) return <TestDetail suite={suite} test={test} />;
  const fault = suite.runner.faults.get(file);
  if (fault !== undefined) return <FileFault suite={suite} file={file} fault={fault} />;
  return (
    <section class="panel tests-detail" aria-label="Result">
      <header class="panel-head">
        <h2>Result</h2>
      </header>
      <p class="empty">
        {file === ''
          ? 'Select a test to see what it told: its steps, and why it failed.'
          : `Select a test of ${file}, or run the file with Ctrl+Enter.`}
      </p>
    </section>
  );
}

// A module that is no JavaScript does not say where: the editor's grammar knows.
function usePlace(suite: Suite, file: string, fault: Fault): Fault {
  const [stack, setStack] = useState('');
  const silent = fault.message.startsWith('SyntaxError') && !fault.stack.includes(`${file}:`);
  useEffect(() => {
    setStack('');
    if (!silent) return;
    const find = async (): Promise<void> => {
      const [{ syntaxFault }, was] = await Promise.all([import('./editor/code'), suite.store.text(file)]);
      const place = was && syntaxFault(was.text);
      if (place) setStack(`at ${file}:${place.line}:${place.column}`);
    };
    find().catch(() => undefined);
  }, [fault]);
  return silent ? { ...fault, stack } : fault;
}

function FileFault({ suite, file, fault: told }: { suite: Suite; file: string; fault: Fault }) {
  const fault = usePlace(suite, file, told);
  return (
    <section class="panel tests-detail" aria-label="Result">
      <header class="panel-head">
        <span class="bad">✕</span>
        <h2 class="cut">{file}</h2>
        <span class="muted">does not load</span>
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: who has no mouse scrolls it */}
      <section class="panel-body scroll" tabIndex={0} aria-label="Why it does not load">
        <FaultView fault={fault} show={(place) => suite.show(place)} app={suite.app} />
      </section>
    </section>
  );
}

function TestDetail({ suite, test }: { suite: Suite; test: Test }) {
  const app = useApp();
  const why = suite.barred;
  return (
    <section class="panel tests-detail" aria-label="Result">
      <header class="panel-head">
        <span class={`tests-is-${test.state}`} title={stateWords[test.state]}>
          {marks[test.state]}
        </span>
        <h2 class="cut" title={test.name}>
          {test.name}
        </h2>
        <button
          type="button"
          class="tests-place mono"
          title="Show it in the editor"
          onClick={() => suite.show({ file: test.file, line: test.line, column: 1 })}
        >
          {test.file}
          {test.line > 0 && `:${test.line}`}
        </button>
        <span class="space" />
        <button
          type="button"
          class="btn quiet"
          disabled={why !== '' || suite.runner.running.value}
          title={why || 'Ctrl+Enter'}
          onClick={() => suite.runOne(test.file, test.name)}
        >
          Run
        </button>
        <Trace suite={suite} test={test} />
        {test.frame > 0 && <FrameLink frame={test.frame} />}
      </header>
      <Told
        test={test}
        app={app}
        show={(place) => suite.show(place)}
        accept={(fault) => <Accept suite={suite} test={test} fault={fault} />}
      />
    </section>
  );
}

interface ToldProps {
  test: Test;
  app: App;
  show?: (place: { file: string; line: number; column: number }) => void;
  accept?: (fault: Fault) => preact.ComponentChildren;
  /** The tick that is looked at, in a capture. */
  at?: number;
}

/** Errors and log of a test, of a run or out of a capture. */
export function Told({ test, app, show, accept, at }: ToldProps) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: who has no mouse scrolls it
    <section class="panel-body scroll tests-told" tabIndex={0} aria-label="What the test told">
      {test.errors.map((fault, i) => (
        <FaultView key={i} fault={fault} app={app} show={show} below={accept?.(fault)} />
      ))}
      <Log test={test} at={at} />
    </section>
  );
}

interface FaultProps {
  fault: Fault;
  app: App;
  show: ToldProps['show'] | undefined;
  below?: preact.ComponentChildren;
}

function FaultView({ fault, app, show, below }: FaultProps) {
  const [first, ...rest] = fault.message.split('\n');
  return (
    <div class="tests-fault">
      <p class="bad tests-message">
        {fault.soft && <span class="muted">soft: </span>}
        {first}
      </p>
      {rest.length > 0 && <pre class="tests-more">{rest.join('\n').replace(/^\n+/, '')}</pre>}
      {fault.frame > 0 && (
        <p class="muted">
          tick {fault.tick}, <FrameLink frame={fault.frame} />
        </p>
      )}
      {fault.image === undefined && fault.expected !== undefined && fault.actual !== undefined && (
        <dl class="tests-versus">
          <dt class="muted">expected</dt>
          <dd class="mono">{fault.expected}</dd>
          <dt class="muted">it was</dt>
          <dd class="mono">{fault.actual}</dd>
        </dl>
      )}
      {fault.values.length > 0 && <Values fault={fault} />}
      {fault.image !== undefined && <PicturesView pictures={fault.image} frame={fault.frame} below={below} />}
      {fault.stack !== '' && <Stack text={fault.stack} show={show} app={app} />}
    </div>
  );
}

// The last values before it gave up, newest first.
function Values({ fault }: { fault: Fault }) {
  const columns = [...new Set(fault.values.flatMap((v) => Object.keys(v.values)))];
  return (
    <table class="rows tests-values">
      <caption class="muted">Last values</caption>
      <thead>
        <tr>
          <th class="num">tick</th>
          {columns.map((name) => (
            <th key={name} class="num">
              {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {[...fault.values]
          .reverse()
          .slice(0, 12)
          .map(({ tick, values }) => (
            <tr key={tick}>
              <td class="num">{tick}</td>
              {columns.map((name) => (
                <td key={name} class="num">
                  {brief(values[name])}
                </td>
              ))}
            </tr>
          ))}
      </tbody>
    </table>
  );
}

function brief(value: unknown): string {
  if (typeof value === 'number') return Number.isInteger(value) ? String(value) : value.toFixed(3);
  if (value === null || value === undefined) return 'gone';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function Log({ test, at }: { test: Test; at: number | undefined }) {
  const app = useApp();
  const { steps } = test;
  if (steps.length === 0)
    return test.state === 'none' || test.state === 'waiting' ? (
      <p class="empty">{test.state === 'none' ? 'It has not run.' : 'It waits for its turn.'}</p>
    ) : null;
  const now = at === undefined ? -1 : steps.findLastIndex((s) => s.tick <= at);
  return (
    <>
      <h3 class="tests-sub">
        Log <span class="muted">{many(steps.length, 'step')}</span>
        <span class="space" />
        <button
          type="button"
          class="btn quiet icon"
          aria-label="Copy the log"
          title="Copy the log"
          onClick={() => {
            if (copyText(steps.map((s) => `${s.tick}\t${s.text}`).join('\n'))) app.toast('The log was copied');
          }}
        >
          <Icon name="copy" />
        </button>
      </h3>
      <ol class="tests-log mono" aria-label="Steps">
        {steps.map((step, i) => (
          <Line key={i} step={step} current={i === now} />
        ))}
      </ol>
    </>
  );
}

function Line({ step, current }: { step: Step; current: boolean }) {
  return (
    <li class={`tests-step tests-step-${step.level}`} aria-current={current ? 'step' : undefined}>
      <span class="tests-step-frame">
        {step.frame > 0 && <FrameLink frame={step.frame} text={String(step.frame)} />}
      </span>
      <span class="tests-step-text" style={{ paddingLeft: `${step.depth * 16}px` }}>
        {step.level === 'fail' && '✕ '}
        {step.text}
      </span>
      <span class="tests-step-ms muted">{step.ms >= 1 && `${milliseconds(step.ms * 1e6, 0)} ms`}</span>
    </li>
  );
}

function Trace({ suite, test }: { suite: Suite; test: Test }) {
  const bytes = suite.runner.traces.get(test.trace);
  if (bytes === undefined) return null;
  const blob = (): Blob => new Blob([bytes as Uint8Array<ArrayBuffer>]);
  return (
    <>
      <button
        type="button"
        class="btn quiet"
        title="The last seconds before it failed, frame by frame"
        onClick={() => void suite.app.captures.open(blob(), test.trace)}
      >
        Open trace
      </button>
      <button type="button" class="btn quiet" title={test.trace} onClick={() => downloadBlob(test.trace, blob())}>
        Save
      </button>
    </>
  );
}

// Writes the picture of this run as the expected one. What was expected is gone then, so it is asked twice.
function Accept({ suite, test, fault }: { suite: Suite; test: Test; fault: Fault }) {
  const [asked, setAsked] = useState(false);
  const [done, setDone] = useState('');
  const { image } = fault;
  if (image?.actual === undefined) return null;
  const folder = test.file.includes('/') ? test.file.slice(0, test.file.lastIndexOf('/') + 1) : '';
  const name = `${folder}expected/${image.name}`;
  const bytes = image.actual;
  if (!suite.store.state.value.writable || test.file.startsWith('browser/') || suite.app.me.value?.role === 'view')
    return <span class="muted">the expected picture is read only here</span>;
  if (done !== '') return <span class="good">✓ {done}</span>;
  if (!asked)
    return (
      <button type="button" class="btn" onClick={() => setAsked(true)}>
        Accept as expected…
      </button>
    );
  const write = async (): Promise<void> => {
    try {
      await suite.store.savePicture(name, bytes);
      setDone(`${name} was written`);
    } catch (error) {
      suite.app.toast(`${name} was not written: ${error instanceof Error ? error.message : error}`, 'bad');
    }
  };
  return (
    <span class="tests-ask" role="alert">
      {image.expected === undefined ? `Write ${name}?` : `Replace ${name} by this run's picture?`}
      <button type="button" class="btn" onClick={() => void write()}>
        {image.expected === undefined ? 'Write' : 'Replace'}
      </button>
      <button type="button" class="btn quiet" onClick={() => setAsked(false)}>
        Leave it
      </button>
    </span>
  );
}
