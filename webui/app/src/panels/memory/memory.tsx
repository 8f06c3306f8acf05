// Memory: what the game holds, how fast it makes garbage, what that costs, and which line of it grows.

import './memory.css';
import { useEffect } from 'preact/hooks';
import { useApp } from '../../core/app';
import { AtCursor, Spans } from '../../widgets/chart/span';
import { Splitter } from '../../widgets/splitter/splitter';
import { Below } from './below';
import { Charts } from './charts';
import { type MemoryModel, memoryModel } from './model';
import { Classes, Collector, Tags } from './numbers';
import { saveHeapProfile } from './profile';

export function Memory() {
  const app = useApp();
  const model = memoryModel(app);
  useEffect(() => app.frame.onText(() => void model.readMarks()), [app, model]);
  const { state } = app.conn.value;
  useEffect(() => {
    if (state === 'live') void model.readMarks(true); // another run of the game has others
  }, [model, state]);
  return (
    <div class="memory">
      <Bar model={model} />
      <Splitter
        name="memory-below"
        label="Height of the charts"
        direction="column"
        initial={0.58}
        least={120}
        first={<Above model={model} />}
        second={<Below model={model} />}
      />
    </div>
  );
}

function Above({ model }: { model: MemoryModel }) {
  return (
    <Splitter
      name="memory"
      label="Between charts and numbers"
      direction="row"
      initial={0.68}
      least={300}
      first={<Charts model={model} />}
      second={
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard must reach it
        <section class="scroll memory-side" tabIndex={0} aria-label="Memory in numbers">
          <Tags model={model} />
          <Classes model={model} />
          <Collector />
        </section>
      }
    />
  );
}

function Bar({ model }: { model: MemoryModel }) {
  const app = useApp();
  const live = app.conn.value.state === 'live';
  const asked = model.asked.value;
  const idle = live && asked === '';
  const none = model.noProfile.value;
  return (
    <div class="memory-bar">
      <Spans of={model} />
      <span class="space" />
      <AtCursor end={() => app.shown().memory.x.last} />
      <button
        type="button"
        class="btn soft"
        title="Mark the heap of now, to compare with (m): two garbage collections run first"
        disabled={!idle}
        onClick={() => void model.mark()}
      >
        {asked === 'mark' ? 'Marking…' : 'Mark here'} <kbd>m</kbd>
      </button>
      <button
        type="button"
        class="btn soft"
        title="Force a garbage collection: the game goes on, and stands for some microseconds"
        disabled={!idle}
        onClick={() => void model.collect()}
      >
        {asked === 'gc' ? 'Collecting…' : 'Collect now'}
      </button>
      <button
        type="button"
        class="btn soft"
        title={none || 'Download the heap profile, for go tool pprof'}
        disabled={!idle || none !== ''}
        onClick={() => void saveHeapProfile(app, model)}
      >
        {asked === 'profile' ? 'Reading…' : 'Heap profile'}
      </button>
    </div>
  );
}
