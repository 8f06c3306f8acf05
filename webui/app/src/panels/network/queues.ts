// The queues of the topics: what is published, what leaves, what is dropped on the way.

import type { App } from '../../core/app';
import type { QueueStats } from '../../core/protocol';
import { filler, kib, numbers } from './numbers';
import { Sheet } from './sheet';
import type { Net } from './store';

/** The rows of now. */
export function queueRows(net: Net): readonly QueueStats[] {
  return net.shown.stats?.queues ?? [];
}

export function queueSheet(app: App): Sheet<QueueStats> {
  return new Sheet<QueueStats>(app, {
    id: 'queues',
    what: 'queues',
    lesser: ['kind', 'priority', 'shared'],
    key: (q) => q.topic,
    words: (q) => `${q.topic} ${q.kind}${q.lost > 0 ? ' lost' : ''}`,
    columns: [
      { key: 'topic', title: 'Topic', width: 116, most: 220, by: (q) => q.topic, text: (q) => q.topic },
      { key: 'kind', title: 'Kind', width: 60, by: (q) => q.kind, text: (q) => q.kind, class: 'muted' },
      numbers({
        key: 'priority',
        title: 'Priority',
        width: 60,
        help: 'Queues of a higher priority are sent first',
        value: (q) => q.priority,
      }),
      numbers({ key: 'subscribers', title: 'Subs', width: 56, help: 'Subscriptions', value: (q) => q.subscribers }),
      numbers({
        key: 'shared',
        title: 'Shared',
        width: 60,
        help: 'Of these, those that are sent the same bytes, written once for all',
        value: (q) => q.shared,
      }),
      numbers({
        key: 'fill',
        title: 'Published',
        note: '/s',
        width: 88,
        decimals: 1,
        help: 'Fill rate: events that the game publishes',
        value: (q) => q.fillRate,
      }),
      numbers({
        key: 'send',
        title: 'Sent',
        note: '/s',
        width: 76,
        decimals: 1,
        help: 'Send rate: events that leave, over all subscriptions',
        value: (q) => q.sendRate,
      }),
      numbers({
        key: 'published',
        title: 'Published',
        width: 88,
        help: 'Since the game began',
        value: (q) => q.published,
      }),
      numbers({ key: 'sent', title: 'Sent', width: 88, help: 'Since the game began', value: (q) => q.sent }),
      numbers({
        key: 'lost',
        title: 'Lost',
        width: 72,
        fault: 'warn',
        heat: true,
        help: 'Dropped because a queue was full',
        value: (q) => q.lost,
      }),
      numbers({
        key: 'replaced',
        title: 'Replaced',
        width: 76,
        help: 'Dropped because a newer value made it old',
        value: (q) => q.replaced,
      }),
      numbers({
        key: 'expired',
        title: 'Expired',
        width: 68,
        help: 'Dropped because it waited too long',
        value: (q) => q.expired,
      }),
      numbers({ key: 'waiting', title: 'Waiting', width: 68, help: 'Events that wait now', value: (q) => q.waiting }),
      numbers({ key: 'held', title: 'Held', note: 'KiB', width: 80, decimals: 1, value: (q) => kib(q.held) }),
      filler(),
    ],
  });
}
