// A row of the tree: fold, key, value.

import type { CellView } from '../../../widgets/table/table';
import type { JsonTree } from './jsontree';

const longest = 300; // characters of a value that are drawn

export class NodeCell implements CellView<number> {
  private readonly host: HTMLElement;
  private readonly tree: () => JsonTree | undefined;
  private readonly fold = part('json-fold');
  private readonly key = part('json-key');
  private readonly value = part('');

  constructor(host: HTMLElement, tree: () => JsonTree | undefined) {
    this.host = host;
    this.tree = tree;
    this.fold.dataset.toggle = '';
    host.append(this.fold, this.key, this.value);
  }

  show(node: number): void {
    const tree = this.tree();
    if (tree === undefined || node >= tree.count) return;
    const kind = tree.kind(node);
    const size = tree.size(node);
    this.host.style.setProperty('--level', String(tree.depth[node]));
    this.fold.textContent = size > 0 ? '▸' : '';
    const key = tree.key(node);
    this.key.textContent = node === 0 ? '' : `${key}: `;
    const list =
      tree.parent[node] !== undefined &&
      (tree.parent[node] as number) >= 0 &&
      tree.kind(tree.parent[node] as number) === 'array';
    this.key.className = list ? 'json-key muted' : 'json-key';
    if (kind === 'object' || kind === 'array') {
      this.value.className = 'muted';
      this.value.textContent = kind === 'object' ? `{${size > 0 ? size : ''}}` : `[${size > 0 ? size : ''}]`;
      return;
    }
    const raw = tree.raw(node, longest + 1);
    this.value.className = `tone-${kind === 'word' ? 'keyword' : kind}`;
    this.value.textContent = raw.length > longest ? `${raw.slice(0, longest)}…` : raw;
  }
}

function part(name: string): HTMLElement {
  const el = document.createElement('span');
  el.className = name;
  return el;
}
