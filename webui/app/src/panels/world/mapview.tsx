// The head and the foot of the top view.

import './map.css';
import { useComputed, useSignal } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import { useApp } from '../../core/app';
import { count } from '../../core/units';
import { Mount } from '../../widgets/mount';
import { markOf } from './columns';
import type { EntityList } from './list';
import { type MapState, TopView } from './map';
import { length } from './mapcamera';

/** The picture of the world; nothing where no kind says where its entities are. */
export function TopViewPane({ list }: { list: EntityList }) {
  const app = useApp();
  const { world } = list;
  const up = app.url.param('up', '', 'world');
  const state = useSignal<MapState>({ grain: 1, following: false, sample: undefined, fault: '' });
  const view = useMemo(() => new TopView(app, list), [list]);
  const unit = useComputed(() => {
    for (const k of world.kinds.value) {
      const found = k.fields.find((f) => f.path === k.position?.[0])?.unit;
      if (found) return found;
    }
    return '';
  });
  useEffect(() => {
    view.onState = (next) => {
      if (JSON.stringify(next) !== JSON.stringify(state.peek())) state.value = next;
    };
    view.flip(up.peek() !== '');
    list.spawnAt = () => [view.camera.x, view.camera.y];
    return () => {
      list.spawnAt = undefined;
    };
  }, [view]);
  const placed = world.kinds.value.filter((k) => (k.position?.length ?? 0) > 1);
  const { grain, following, sample, fault } = state.value;
  return (
    <section class="panel map" aria-label="Top view">
      <header class="panel-head">
        <h2>Top view</h2>
        <span class="muted">
          1 px = {length(grain)} {unit.value}
        </span>
        {sample && (
          <span class="muted" title="More are in view than dots are drawn">
            {count(sample.shown)} of {count(sample.of)}
          </span>
        )}
        <span class="space" />
        <button
          type="button"
          class="btn quiet"
          aria-pressed={up.value !== ''}
          title="y grows upwards"
          onClick={() => {
            up.value = up.value === '' ? '1' : '';
            view.flip(up.value !== '');
          }}
        >
          y up
        </button>
        <button
          type="button"
          class="btn quiet"
          aria-pressed={following}
          title="Keep the selected entity in the middle"
          onClick={() => view.follow(!following)}
        >
          follow
        </button>
        <button
          type="button"
          class="btn quiet"
          title="Show all that fits the condition (F)"
          onClick={() => void view.fit()}
        >
          fit
        </button>
      </header>
      <Mount class="map-host" make={() => view} />
      {world.settled.value && world.kinds.value.length > 0 && placed.length === 0 && (
        <p class="empty">
          <b>No kind says where its entities are.</b>
          Call a vector <code>Pos</code>, or name it: con.World.Bind(…).At("body.at")
        </p>
      )}
      {fault !== '' && (
        <p class="query-fault" role="status">
          <span class="warn">▲</span> {fault}
        </p>
      )}
      <footer class="list-foot map-legend">
        {placed.map((k) => {
          const mark = markOf(world.kinds.value, k.kind, (name) => world.inks.of(name));
          return (
            <span key={k.kind}>
              <span class={`kind-mark ink-${mark.ink}`} aria-hidden="true">
                {mark.shape}
              </span>{' '}
              {k.kind} <span class="muted">{count(k.count)}</span>
            </span>
          );
        })}
      </footer>
    </section>
  );
}
