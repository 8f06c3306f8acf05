// The right half while nothing is selected: where the memory is, what changed.

import { useApp } from '../../core/app';
import { bytes, count, text } from '../../core/units';
import { FrameLink } from '../../widgets/framelink/framelink';
import { pathOf } from './kindicon';
import type { Library } from './library';
import { total, weight } from './model';

const mostLargest = 12;
const mostChanges = 12;

export function Summary({ library }: { library: Library }) {
  return (
    <section class="panel asset-summary" aria-label="Memory of the assets">
      <header class="panel-head">
        <h2>Memory</h2>
        <span class="muted">by kind</span>
      </header>
      <div class="scroll asset-tables">
        <ByKind library={library} />
        <Largest library={library} />
        <Changed library={library} />
      </div>
    </section>
  );
}

function ByKind({ library }: { library: Library }) {
  const { kinds } = library.tally.value;
  const all = total(kinds.values());
  return (
    <table class="rows" aria-label="Kinds">
      <thead>
        <tr>
          <th>Kind</th>
          <th class="num">Assets</th>
          <th class="num">Files</th>
          <th class="num">Memory</th>
          <td class="wide-share">Share</td>
        </tr>
      </thead>
      <tbody>
        {[...kinds].map(([kind, sum]) => (
          <tr key={kind}>
            <td>
              <svg class="kind-icon" viewBox="0 0 16 16" width="14" height="14" aria-hidden="true">
                <path d={pathOf(kind)} />
              </svg>{' '}
              {kind}
            </td>
            <td class="num">{count(sum.count)}</td>
            <td class="num">{text(bytes(sum.bytes))}</td>
            <td class="num">{text(bytes(sum.memory))}</td>
            <td>
              <Share of={all.memory > 0 ? sum.memory / all.memory : 0} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Share({ of }: { of: number }) {
  return (
    <span class="share">
      <span style={{ width: `${of * 100}%` }} />
    </span>
  );
}

function Largest({ library }: { library: Library }) {
  library.store.version.value;
  const list = [...library.store.all.values()].sort((a, b) => weight(b) - weight(a)).slice(0, mostLargest);
  const most = list[0] === undefined ? 1 : weight(list[0]) || 1;
  return (
    <table class="rows" aria-label="Largest">
      <thead>
        <tr>
          <th class="wide">Largest</th>
          <th class="num">Memory</th>
          <td class="wide-share" />
        </tr>
      </thead>
      <tbody>
        {list.map((asset) => (
          <tr key={asset.id}>
            <td>
              <Name library={library} name={asset.name} />
            </td>
            <td class="num">{text(bytes(weight(asset)))}</td>
            <td>
              <Share of={weight(asset) / most} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Changed({ library }: { library: Library }) {
  const changes = library.store.changes.value.slice(0, mostChanges);
  if (changes.length === 0) return <p class="asset-quiet muted">No asset has changed while this page looked.</p>;
  return (
    <table class="rows" aria-label="Changed">
      <thead>
        <tr>
          <th class="wide">Changed</th>
          <th class="num">Version</th>
          <th class="num">Frame</th>
        </tr>
      </thead>
      <tbody>
        {changes.map((c) => (
          <tr key={`${c.id}@${c.version}`}>
            <td>
              <Name library={library} name={c.name} />
            </td>
            <td class="num">{count(c.version)}</td>
            <td class="num">
              <FrameLink frame={c.frame} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Name({ library, name }: { library: Library; name: string }) {
  const app = useApp();
  return (
    <a
      href={app.url.href('assets', { sel: name })}
      title={name}
      onClick={(event) => {
        if (event.ctrlKey || event.metaKey || event.shiftKey) return;
        event.preventDefault();
        library.selected.value = name;
      }}
    >
      {name}
    </a>
  );
}
