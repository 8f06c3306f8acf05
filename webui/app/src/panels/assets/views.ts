// How an asset can be looked at; the code of each way comes when it is first chosen.

import type { ComponentType } from 'preact';
import type { App } from '../../core/app';
import type { Asset } from './model';
import type { Bytes } from './transfer';

export interface ViewProps {
  app: App;
  asset: Asset;
  /** Whole, unless `cut`. */
  file: Bytes;
  /** Only the beginning of the file is here. */
  cut: boolean;
  /** The version before, where it is still known. */
  before: Bytes | undefined;
  /** Says why there is nothing to see; the bytes can be looked at all the same. */
  onFault(reason: string): void;
}

/** What `onFault` is given for formats that this browser does not know. */
export class Undecodable extends Error {}

export type ViewName = 'image' | 'sound' | 'text' | 'tree' | 'font' | 'mesh' | 'bytes';

interface View {
  title: string;
  load(): Promise<ComponentType<ViewProps>>;
}

export const views: Readonly<Record<ViewName, View>> = {
  image: { title: 'Image', load: async () => (await import('./view/image')).ImageView },
  sound: { title: 'Waveform', load: async () => (await import('./view/sound')).SoundView },
  text: { title: 'Text', load: async () => (await import('./view/text')).TextView },
  tree: { title: 'Tree', load: async () => (await import('./view/json')).JsonView },
  font: { title: 'Specimen', load: async () => (await import('./view/font')).FontView },
  mesh: { title: 'Mesh', load: async () => (await import('./view/mesh')).MeshView },
  bytes: { title: 'Bytes', load: async () => (await import('./view/hex')).HexView },
};

const textual = /^text\/|[/+](json|xml|toml|yaml|javascript)$|^image\/svg/;

/** The ways to look at an asset, the best first. */
export function viewsOf({ kind, mediaType, name }: Pick<Asset, 'kind' | 'mediaType' | 'name'>): ViewName[] {
  const text: ViewName[] = textual.test(mediaType) || /\.(obj|gltf|svg)$/i.test(name) ? ['text'] : [];
  switch (kind) {
    case 'image':
    case 'sound':
    case 'font':
    case 'mesh':
      return [kind, ...text, 'bytes'];
    case 'json':
      return ['tree', 'text', 'bytes'];
    case 'text':
    case 'shader':
      return ['text', 'bytes'];
    default:
      return [...text, 'bytes'];
  }
}
