// The middle column: the picture of the world above its history.

import { History } from './historyview';
import type { EntityList } from './list';

/** What lies between the list and the inspector. */
export function Middle({ list }: { list: EntityList }) {
  return <History list={list} />;
}
