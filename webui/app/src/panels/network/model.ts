// What the panel looks at: a view, a span of time, a place under the pointer.

import { type Signal, signal } from '@preact/signals';
import type { App } from '../../core/app';
import { type Net, netOf } from './store';

/** The views, in the order of their tabs. */
export const views = ['clients', 'methods', 'queues', 'limits', 'wire'] as const;

export type ViewName = (typeof views)[number];

/** Spans of time that can be shown, seconds. */
export const spans = [30, 60, 300, 900];

export class NetModel {
  readonly net: Net;
  readonly span: Signal<string>;
  /** Place under the pointer, on the page's axis. */
  readonly hover: Signal<number | undefined> = signal(undefined);
  private readonly view: Signal<string>;

  constructor(app: App) {
    this.net = netOf(app);
    this.view = app.url.param('v', 'clients', 'network');
    this.span = app.url.param('span', '60', 'network');
  }

  get viewName(): ViewName {
    return views.find((v) => v === this.view.value) ?? 'clients';
  }

  show(view: ViewName): void {
    this.view.value = view;
  }

  get spanValue(): number {
    const s = Number(this.span.value);
    return spans.includes(s) ? s : 60;
  }

  /** Places of the axis that bear a number, counted back from its end. */
  ticks(end: number): number[] {
    const step = this.spanValue / 3;
    return Array.from({ length: 3 }, (_, i) => end - step * (3 - i));
  }

  /** Index of the sample that the numbers show: the one under the pointer, else the newest. */
  index(): number {
    const { x } = this.net.shown.series;
    const at = this.hover.peek();
    return at === undefined ? x.count - 1 : x.indexOf(at);
  }
}

const models = new WeakMap<App, NetModel>();

/** The page's one model; it outlives the view. */
export function netModel(app: App): NetModel {
  let model = models.get(app);
  if (model === undefined) {
    model = new NetModel(app);
    models.set(app, model);
  }
  return model;
}
