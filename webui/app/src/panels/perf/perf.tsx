// Perf: frames against their budget, what their parts took, and where the hitches are.

import './perf.css';
import { useEffect, useRef, useState } from 'preact/hooks';
import { useApp } from '../../core/app';
import { Later } from '../../widgets/later';
import { Splitter } from '../../widgets/splitter/splitter';
import { Bars } from './bars';
import { Lines } from './lines';
import { perfModel } from './model';
import { Selection } from './selection';
import { Table } from './table';
import { Timeline } from './timeline';
import { timelineModel } from './timelinemodel';

/** Loads the comparison of two stretches. */
export const compareView = async () => (await import('./compare')).Compare;
const narrow = '(max-width: 1100px)';

export function Perf() {
  const app = useApp();
  const model = perfModel(app);
  const timeline = timelineModel(app);
  const stacked = useMedia(narrow);
  const { paused } = app.view.value;
  const before = useRef(paused);
  useEffect(() => {
    if (before.current && !paused) {
      model.back.value = 0;
      model.range.value = '';
    }
    before.current = paused;
  }, [paused, model]);
  useEffect(() => model.visit(), [model, app.cursor.pinned.value]);
  if (model.compare.value !== '') {
    const end = (): void => {
      model.compare.value = '';
    };
    return (
      <div class="perf">
        <Bars model={model} />
        <Later of={compareView} props={{ onClose: end }} />
      </div>
    );
  }
  return (
    <div class="perf">
      <Bars model={model} />
      <Splitter
        key={stacked ? 'stacked' : 'wide'}
        name={stacked ? 'perf.whole.stacked' : 'perf.whole'}
        label="Between numbers and timeline"
        direction="column"
        initial={0.42}
        first={
          <Splitter
            name={stacked ? 'perf.stacked' : 'perf'}
            label="Between lines and numbers"
            direction={stacked ? 'column' : 'row'}
            initial={stacked ? 0.45 : 0.5}
            least={stacked ? 90 : 160}
            first={<Lines model={model} />}
            second={<Table model={model} />}
          />
        }
        second={
          timeline.pane.value === 'no' ? (
            <Timeline />
          ) : (
            <Splitter
              name={stacked ? 'perf.timeline.stacked' : 'perf.timeline'}
              label="Between timeline and selection"
              direction={stacked ? 'column' : 'row'}
              initial={stacked ? 0.58 : 0.79}
              least={stacked ? 90 : 200}
              first={<Timeline />}
              second={<Selection />}
            />
          )
        }
      />
    </div>
  );
}

function useMedia(query: string): boolean {
  const [on, setOn] = useState(() => matchMedia(query).matches);
  useEffect(() => {
    const list = matchMedia(query);
    const change = (): void => setOn(list.matches);
    list.addEventListener('change', change);
    return () => list.removeEventListener('change', change);
  }, [query]);
  return on;
}
