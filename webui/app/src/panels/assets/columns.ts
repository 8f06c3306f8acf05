// The columns of the list of assets.

import type { App } from '../../core/app';
import { bytes, count, frameName, none, text } from '../../core/units';
import { follow } from '../../widgets/framelink/framelink';
import type { CellView, Column } from '../../widgets/table/table';
import { KindIcon } from './kindicon';
import { type Asset, split, weight } from './model';
import { fileSize, measure } from './tile';

/** The name behind the drawing of its kind. */
class NameCell implements CellView<Asset> {
  private readonly icon = new KindIcon();
  private readonly folder = document.createElement('span');
  private readonly base = document.createElement('span');
  private readonly host: HTMLElement;
  private name = '';

  constructor(host: HTMLElement) {
    this.host = host;
    this.folder.className = 'cut muted'; // where there is no room the folder is cut first
    this.base.className = 'cut base';
    host.append(this.icon.el, this.folder, this.base);
  }

  show({ name, kind, help }: Asset): void {
    this.icon.set(kind);
    if (this.name === name) return;
    this.name = name;
    const { folder, base } = split(name);
    this.folder.textContent = folder;
    this.base.textContent = base;
    this.host.title = [name, help].filter(Boolean).join('\n');
  }
}

/** The frame at which the version came, as a link. */
class FrameCell implements CellView<Asset> {
  private readonly link = document.createElement('a');
  private readonly app: App;
  private frame = -1;

  constructor(host: HTMLElement, app: App) {
    this.app = app;
    host.append(this.link);
    this.link.addEventListener('click', (event) => this.frame > 0 && follow(app, event, this.frame));
    this.link.tabIndex = -1; // or Tab would stop in every row
  }

  show({ frame }: Asset): void {
    if (frame === this.frame) return;
    this.frame = frame;
    // Nothing was recorded of what the game did before its first frame.
    if (frame === 0) this.link.removeAttribute('href');
    else this.link.href = this.app.url.href('perf', { f: String(frame) });
    this.link.textContent = frame === 0 ? 'start' : frameName(frame);
  }
}

export function columns(app: App): Column<Asset>[] {
  return [
    {
      key: 'name',
      title: 'Name',
      width: 150,
      grow: 1,
      sortable: true,
      class: 'name',
      text: (a) => a.name,
      view: (host) => new NameCell(host),
    },
    { key: 'kind', title: 'Kind', width: 62, sortable: true, class: 'muted', text: (a) => a.kind },
    { key: 'measure', title: 'Measure', width: 76, align: 'right', class: 'muted', text: measure },
    {
      key: 'bytes',
      title: 'Size',
      width: 70,
      align: 'right',
      sortable: true,
      text: fileSize,
      copy: (a) => String(a.bytes),
    },
    {
      key: 'memory',
      title: 'Memory',
      help: 'What it takes in the running game, where the game says',
      width: 74,
      align: 'right',
      sortable: true,
      text: (a) => text(bytes(weight(a))),
      copy: (a) => String(weight(a)),
    },
    {
      key: 'refs',
      title: 'Used',
      help: 'How many use it',
      width: 44,
      align: 'right',
      sortable: true,
      text: (a) => (a.refs ? count(a.refs.length) : none),
    },
    {
      key: 'version',
      title: 'Version',
      width: 60,
      align: 'right',
      sortable: true,
      heat: true,
      text: (a) => String(a.version),
    },
    {
      key: 'frame',
      title: 'Since',
      help: 'The frame at which this version came',
      width: 66,
      align: 'right',
      sortable: true,
      text: (a) => String(a.frame),
      view: (host) => new FrameCell(host, app),
    },
  ];
}
