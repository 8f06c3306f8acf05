// The place where an asset is looked at: its bytes come, then the code of the view, then the view; or
// words why there is none.

import './view/view.css';
import type { ComponentType } from 'preact';
import { useEffect, useMemo, useState } from 'preact/hooks';
import { type App, useApp } from '../../core/app';
import { bytes as size, text } from '../../core/units';
import { Later } from '../../widgets/later';
import { saveAsset } from './actions';
import type { Asset } from './model';
import { assetsOf } from './store';
import { type Bytes, bytesOf, mostWhole } from './transfer';
import { type ViewName, type ViewProps, views } from './views';

const peek = 64 << 10; // bytes of a file that is not fetched whole

interface Loaded {
  asset: Asset;
  file: Bytes;
  before: Bytes | undefined;
  cut: boolean;
}

/** The bytes of an asset; those of the version before stay until they are here. */
function useFile(app: App, asset: Asset, whole: boolean): { loaded: Loaded | undefined; fault: string } {
  const [loaded, setLoaded] = useState<Loaded>();
  const [fault, setFault] = useState('');
  const renewals = assetsOf(app).renewals.value;
  useEffect(() => {
    let left = false;
    const store = assetsOf(app);
    setFault('');
    const cut = !whole && asset.bytes > mostWhole;
    const coming = cut ? bytesOf(app, asset, peek) : store.bytes(asset);
    coming.then(
      (file) => !left && setLoaded({ asset, file, before: store.before(asset), cut }),
      (error: Error) => !left && setFault(error.message),
    );
    return () => {
      left = true;
    };
  }, [app, asset.id, asset.version, whole, renewals]);
  return { loaded: loaded?.asset.id === asset.id ? loaded : undefined, fault };
}

export function Stage({ asset, view, onView }: { asset: Asset; view: ViewName; onView(view: ViewName): void }) {
  const app = useApp();
  const [whole, setWhole] = useState(false);
  const { loaded, fault } = useFile(app, asset, whole);
  const [broken, setBroken] = useState('');
  const large = loaded?.cut === true && view !== 'bytes';
  useEffect(() => setBroken(''), [asset.version, view]);
  if (fault !== '' && loaded === undefined) {
    return (
      <Words title="The game gave no bytes." reason={fault}>
        <Ways asset={asset} view={view} onView={onView} />
      </Words>
    );
  }
  if (loaded === undefined) return <p class="asset-wait muted">Fetching {text(size(asset.bytes))} …</p>;
  if (large) {
    return (
      <Words
        title={`This file has ${text(size(asset.bytes))}.`}
        reason={`Above ${text(size(mostWhole, 0))} it is fetched when you say so.`}
      >
        <button type="button" class="btn" onClick={() => setWhole(true)}>
          Fetch it
        </button>
        <Ways asset={asset} view={view} onView={onView} />
      </Words>
    );
  }
  return (
    <>
      {fault !== '' && (
        <p class="asset-sent" role="status">
          <span class="warn">◆</span> Version {asset.version} did not come: {fault}
        </p>
      )}
      {broken !== '' && (
        <Words title="This cannot be shown here." reason={broken}>
          <Ways asset={asset} view={view} onView={onView} />
        </Words>
      )}
      {broken === '' && <Shown loaded={loaded} asset={asset} view={view} onFault={setBroken} />}
    </>
  );
}

interface ShownProps {
  loaded: Loaded;
  asset: Asset;
  view: ViewName;
  onFault(reason: string): void;
}

function Shown({ loaded, asset, view, onFault }: ShownProps) {
  const app = useApp();
  const of = views[view].load as () => Promise<ComponentType<ViewProps>>;
  // What is told of a version may become more while it is looked at.
  const told = loaded.asset.version === asset.version ? asset : loaded.asset;
  const props = useMemo<ViewProps>(() => ({ app, ...loaded, asset: told, onFault }), [app, loaded, told]);
  return <Later key={`${view} ${asset.id}`} of={of} props={props} />;
}

/** What can be done where there is nothing to see. */
function Ways({ asset, view, onView }: { asset: Asset; view: ViewName; onView(view: ViewName): void }) {
  const app = useApp();
  return (
    <>
      <button type="button" class="btn" onClick={() => void saveAsset(app, asset)}>
        Download
      </button>
      {view !== 'bytes' && (
        <button type="button" class="btn" onClick={() => onView('bytes')}>
          Look at the bytes
        </button>
      )}
    </>
  );
}

function Words({ title, reason, children }: { title: string; reason: string; children: preact.ComponentChildren }) {
  return (
    <div class="asset-words" role="status">
      <p>
        <b>{title}</b>
      </p>
      <p class="muted">{reason}</p>
      <p class="asset-ways">{children}</p>
    </div>
  );
}
