// What the panel looks at: a view, and a span of time.

import type { Signal } from '@preact/signals';
import type { App } from '../../core/app';
import { TimeSpan } from '../../widgets/chart/span';
import { type Net, netOf } from './store';

/** The views, in the order of their tabs. */
export const views = ['clients', 'methods', 'queues', 'limits', 'wire'] as const;

export type ViewName = (typeof views)[number];

export class NetModel extends TimeSpan {
  readonly net: Net;
  private readonly app: App;
  private readonly view: Signal<string>;

  constructor(app: App) {
    super(app, 'network', 3);
    this.app = app;
    this.net = netOf(app);
    this.view = app.url.param('v', 'clients', 'network');
  }

  get viewName(): ViewName {
    return views.find((v) => v === this.view.value) ?? 'clients';
  }

  show(view: ViewName): void {
    this.view.value = view;
  }

  /** Index of the sample that the numbers show: the one at the cursor, else the newest. */
  index(): number {
    const { x } = this.net.shown.series;
    const at = this.app.cursor.x.peek();
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
