// Memory: what the game holds, how fast it makes garbage, and what that costs.

import './memory.css';
import { useApp } from '../../core/app';
import { Spans } from '../../widgets/chart/span';
import { Splitter } from '../../widgets/splitter/splitter';
import { Charts } from './charts';
import { memoryModel } from './model';
import { Classes, Collector } from './table';

export function Memory() {
  const app = useApp();
  const model = memoryModel(app);
  return (
    <div class="memory">
      <Splitter
        name="memory"
        label="Between charts and numbers"
        direction="row"
        initial={0.62}
        least={300}
        first={
          <>
            <div class="memory-bar">
              <Spans of={model} />
            </div>
            <Charts model={model} />
          </>
        }
        second={
          // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard must reach it
          <section class="scroll memory-side" tabIndex={0} aria-label="Memory in numbers">
            <Classes model={model} />
            <Collector />
          </section>
        }
      />
    </div>
  );
}
