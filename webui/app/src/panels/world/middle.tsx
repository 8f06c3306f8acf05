// The middle column: the picture of the world above its history and its snapshots.

import { useApp } from '../../core/app';
import { Splitter } from '../../widgets/splitter/splitter';
import { History } from './historyview';
import type { EntityList } from './list';
import { TopViewPane } from './mapview';
import { Snapshots } from './snapshots';

/** What lies between the list and the inspector. */
export function Middle({ list }: { list: EntityList }) {
  return (
    <Splitter
      name="world.middle"
      label="Height of the top view"
      direction="column"
      initial={0.66}
      least={120}
      first={<TopViewPane list={list} />}
      second={<Past list={list} />}
    />
  );
}

function Past({ list }: { list: EntityList }) {
  const past = useApp().url.param('past', '', 'world');
  const tab = (value: string, label: string) => (
    <button type="button" class="head-tab" aria-pressed={past.value === value} onClick={() => (past.value = value)}>
      {label}
    </button>
  );
  const tabs = (
    <h2 class="head-tabs">
      {tab('', 'History')}
      {tab('snapshots', 'Snapshots')}
    </h2>
  );
  return past.value === 'snapshots' ? <Snapshots list={list} tabs={tabs} /> : <History list={list} tabs={tabs} />;
}
