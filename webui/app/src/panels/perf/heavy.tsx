// The left heavy view of what is in view, or of the selected frames.

import { useEffect, useRef } from 'preact/hooks';
import type { App } from '../../core/app';
import { type HeavyNode, type HeavyTrack, heavyTracks, sameStack } from '../../widgets/flame/heavy';
import { HeavyView } from '../../widgets/flame/heavyview';
import type { TimelineModel } from './timelinemodel';

/** The view of now, so that keys reach it. */
export const heavyViews = new WeakMap<App, HeavyView>();

/** Joins anew only when the range or the recording has changed. */
class Joined {
  tracks: readonly HeavyTrack[] = [];
  private key = '';

  of(model: TimelineModel): readonly HeavyTrack[] {
    const [x0, x1] = model.range();
    const key = `${x0} ${x1} ${model.store.version}`;
    if (key === this.key) return this.tracks;
    this.key = key;
    this.tracks = heavyTracks(model.store, x0, x1);
    const node = sameStack(this.tracks, model.node.peek());
    if (model.node.peek() !== undefined) model.node.value = node;
    return this.tracks;
  }
}

export function Heavy({
  app,
  model,
  hovered,
}: {
  app: App;
  model: TimelineModel;
  hovered: { current: HeavyNode | undefined };
}) {
  const host = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const joined = new Joined();
    const { book } = model;
    const view = new HeavyView({
      frame: app.frame,
      theme: app.theme,
      tracks: () => joined.of(model),
      trackName: (id) => model.store.tracks.find((t) => t.id === id)?.name ?? `track ${id}`,
      name: (id) => book.name(id),
      slot: (id) => book.slot(id),
      found: () => book.colours(model.query.peek()).found,
      selected: () => model.node.peek(),
      onHover(node) {
        hovered.current = node;
        app.frame.stir();
      },
      onSelect: (node) => model.pickNode(node),
    });
    host.current?.append(view.el);
    view.start();
    heavyViews.set(app, view);
    const stops = [
      model.query.subscribe(() => view.invalidate()),
      model.node.subscribe(() => view.invalidate()),
      app.theme.onChange(() => view.invalidate()),
    ];
    return () => {
      for (const stop of stops) stop();
      hovered.current = undefined;
      heavyViews.delete(app);
      view.dispose();
    };
  }, [app, model]);
  return <div class="perf-flame" ref={host} />;
}
