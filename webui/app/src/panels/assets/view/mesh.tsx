// A mesh that can be turned.

import { useEffect, useMemo, useRef } from 'preact/hooks';
import { count, fixed, many } from '../../../core/units';
import type { ViewProps } from '../views';
import { boundsOf, type Mesh, MeshFault } from './geometry';
import { readMesh } from './meshfiles';
import { Orbit } from './orbit';

function read(data: Uint8Array, name: string): Mesh | string {
  try {
    return readMesh(data, name);
  } catch (fault) {
    if (fault instanceof MeshFault) return fault.message;
    throw fault;
  }
}

export function MeshView({ app, asset, file, onFault }: ViewProps) {
  const host = useRef<HTMLDivElement>(null);
  const mesh = useMemo(() => read(file.data, asset.name), [file]);
  const orbit = useMemo(() => new Orbit(app), [app]);
  useEffect(() => (host.current ? orbit.mount(host.current) : undefined), [orbit]);
  useEffect(() => {
    if (typeof mesh === 'string') onFault(mesh);
    else orbit.load(mesh);
  }, [orbit, mesh]);
  if (typeof mesh === 'string') return null;
  return (
    <div class="view-column">
      <div class="view-bar" role="toolbar" aria-label="Mesh">
        <button type="button" class="chip" aria-pressed={orbit.shaded.value} onClick={() => orbit.toggle(orbit.shaded)}>
          shaded
        </button>
        <button
          type="button"
          class="chip"
          aria-pressed={orbit.wire.value}
          title="w"
          onClick={() => orbit.toggle(orbit.wire)}
        >
          wireframe
        </button>
        <button type="button" class="chip" aria-pressed={orbit.box.value} onClick={() => orbit.toggle(orbit.box)}>
          bounds
        </button>
        <button
          type="button"
          class="chip"
          aria-pressed={orbit.up.value === 2}
          title="Which axis points up"
          onClick={() => orbit.setUp(orbit.up.peek() === 1 ? 2 : 1)}
        >
          z up
        </button>
        <button type="button" class="btn soft" title="The whole mesh (0)" onClick={() => orbit.reset()}>
          All
        </button>
        <span class="space" />
        {mesh.left.length > 0 && <span class="muted cut">not drawn: {mesh.left.join(', ')}</span>}
      </div>
      <div
        ref={host}
        class="view-canvas mesh-canvas"
        role="application"
        aria-roledescription="mesh"
        aria-label={`${asset.name}, ${many(mesh.indices.length / 3, 'triangle')}. Arrow keys turn it, with Shift they move it, plus and minus zoom.`}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it is turned with the arrow keys
        tabIndex={0}
      />
      <Foot mesh={mesh} />
    </div>
  );
}

function Foot({ mesh }: { mesh: Mesh }) {
  const { min, max } = useMemo(() => boundsOf(mesh), [mesh]);
  const size = [0, 1, 2].map((i) => fixed((max[i] as number) - (min[i] as number), 2));
  return (
    <p class="view-foot">
      <span>
        {count(mesh.positions.length / 3)} <span class="muted">vertices</span> {count(mesh.indices.length / 3)}{' '}
        <span class="muted">triangles in</span> {many(mesh.parts.length, 'part')}
      </span>
      <span class="space" />
      <span>
        {size.join(' × ')} <span class="muted">{mesh.normals.length > 0 ? '' : 'no normals'}</span>
      </span>
    </p>
  );
}
