// The test that a capture is of: what it did and why it failed, with the step marked at which the page's
// cursor stands. The other panels show the same moment.

import { useEffect, useState } from 'preact/hooks';
import type { App } from '../../core/app';
import { FrameLink } from '../../widgets/framelink/framelink';
import { Told } from './detail';
import { bytesOf, marks, stateWords, textOf } from './model';
import { type Recorded, recordOf } from './record';

export function RecordView({ app }: { app: App }) {
  const [record, setRecord] = useState<Recorded | undefined | null>(null);
  useEffect(() => {
    const sub = app.rpc.subscribe('test' as never, {
      onSnapshot: (snapshot: unknown) => setRecord(recordOf(snapshot)),
      onError: () => setRecord(undefined),
    });
    return () => sub.close();
  }, [app]);
  if (record === null) return <p class="empty">Looking for a test in this capture.</p>;
  if (record === undefined)
    return <p class="empty">This capture is of no test: tests of a running game are run and edited there.</p>;
  return <Shown app={app} record={record} />;
}

const aimed = new WeakSet<App>(); // the cursor was where the test failed

function Shown({ app, record }: { app: App; record: Recorded }) {
  const { test, began, ended } = record;
  const pinned = app.cursor.pinned.value;
  useEffect(() => {
    if (aimed.has(app) || ended.frame === 0) return;
    aimed.add(app);
    app.cursor.pinFrame(ended.frame);
  }, [app, ended.frame]);
  const frame = pinned?.frame ?? ended.frame;
  const step = test.steps.findLastIndex((s) => s.frame <= frame);
  const at = test.steps[step]?.tick ?? (frame < ended.frame ? began.tick : ended.tick);
  const go = (to: number): void => {
    const next = test.steps[Math.min(test.steps.length - 1, Math.max(0, to))];
    if (next !== undefined && next.frame > 0) app.cursor.pinFrame(next.frame);
  };
  return (
    <section class="panel tests-detail tests-record" aria-label="Test of this capture">
      <header class="panel-head">
        <span class={`tests-is-${test.state}`} title={stateWords[test.state]}>
          {marks[test.state]}
        </span>
        <h2 class="cut">{test.name}</h2>
        <span class="muted mono">
          {test.file}
          {test.line > 0 && `:${test.line}`}
        </span>
        <span class="space" />
        <span class="muted">
          seed {record.seed}
          {record.repeat > 1 && `, round ${record.round} of ${record.repeat}`}
        </span>
        <FrameLink frame={ended.frame} />
      </header>
      <div class="tests-scrub">
        <button type="button" class="btn quiet" aria-label="Step before" onClick={() => go(step - 1)}>
          ◂
        </button>
        <input
          type="range"
          min={began.frame}
          max={Math.max(began.frame, ended.frame)}
          value={Math.min(ended.frame, Math.max(began.frame, frame))}
          aria-label="Frame of the test"
          onInput={(event) => app.cursor.pinFrame(Number(event.currentTarget.value))}
        />
        <button type="button" class="btn quiet" aria-label="Next step" onClick={() => go(step + 1)}>
          ▸
        </button>
        <span class="num">
          frame {frame} <span class="muted">of {ended.frame}</span>
        </span>
      </div>
      <Told test={test} app={app} at={at} />
      <Rest record={record} />
    </section>
  );
}

function Rest({ record }: { record: Recorded }) {
  const { input, replay } = record;
  const [url, setUrl] = useState('');
  useEffect(() => {
    const bytes = bytesOf(record.screenshot);
    if (bytes === undefined || record.test.errors.some((e) => e.image !== undefined)) return;
    const made = URL.createObjectURL(new Blob([bytes as Uint8Array<ArrayBuffer>], { type: 'image/png' }));
    setUrl(made);
    return () => URL.revokeObjectURL(made);
  }, [record]);
  return (
    <footer class="tests-rest">
      {url !== '' && <img class="tests-last" src={url} alt="The game when it ended" />}
      {input.length > 0 && (
        <details>
          <summary>{input.length} inputs that it sent</summary>
          <ol class="tests-log mono">
            {input.slice(0, 500).map(({ tick, method, params }, i) => (
              <li key={i}>
                <span class="muted">{tick}</span> {textOf(method)} {JSON.stringify(params)}
              </li>
            ))}
          </ol>
        </details>
      )}
      {replay !== '' && <code class="tests-replay">{replay}</code>}
    </footer>
  );
}
