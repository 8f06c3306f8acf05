// JSON as a tree: folded, searched, copied by path. A text that is none is said to be so, at its line.

import './json.css';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { copyText } from '../../../core/clipboard';
import { count, many } from '../../../core/units';
import { Mount } from '../../../widgets/mount';
import { type CellView, Table } from '../../../widgets/table/table';
import type { ViewProps } from '../views';
import { NodeCell } from './jsoncell';
import { JsonFault, JsonTree, openFirst, openTo, search, seen } from './jsontree';

const mostParsed = 16 << 20; // bytes

function parsed(data: Uint8Array): JsonTree | string {
  if (data.length > mostParsed) return 'It is too large for a tree; the text shows its beginning.';
  try {
    return new JsonTree(new TextDecoder().decode(data));
  } catch (fault) {
    if (fault instanceof JsonFault) return `It is no JSON: ${fault.message}.`;
    throw fault;
  }
}

export function JsonView({ app, file, onFault }: ViewProps) {
  const tree = useMemo(() => parsed(file.data), [file]);
  useEffect(() => {
    if (typeof tree === 'string') onFault(tree);
  }, [tree]);
  const shown = useRef(new Map<string, boolean>()); // by path, so that folds outlive a new version
  const open = useRef(new Set<number>());
  const rows = useRef<number[]>([]);
  const [selected, setSelected] = useState(-1);
  const [what, setWhat] = useState('');
  const [hits, setHits] = useState<readonly number[]>([]);
  const [hit, setHit] = useState(-1);
  const box = useRef<HTMLInputElement>(null);
  const table = useMemo(() => build(), [app]);

  function build(): Table<number> {
    return new Table<number>({
      label: 'JSON',
      tree: true,
      header: false,
      columns: [
        {
          key: 'node',
          title: 'Node',
          width: 200,
          grow: 1,
          class: 'json',
          view: (host): CellView<number> => new NodeCell(host, current),
          text: (node) => current()?.source(node) ?? '',
        },
      ],
      source: { count: 0, row: () => undefined, key: String },
      soon: (f) => app.frame.soon(f),
      onSelect: (node) => setSelected(node ?? -1),
      onToggle: (node, on) => fold(node, on),
      dress: (node) => {
        const t = current();
        if (t === undefined) return {};
        const level = (t.depth[node] as number) + 1;
        return t.size(node) > 0 ? { level, open: open.current.has(node) } : { level };
      },
    });
  }
  const latest = useRef(tree);
  latest.current = tree;
  function current(): JsonTree | undefined {
    return typeof latest.current === 'string' ? undefined : latest.current;
  }
  function refresh(): void {
    const t = current();
    if (t === undefined) return;
    rows.current = seen(t, open.current);
    const list = rows.current;
    table.setSource({ count: list.length, row: (i) => list[i], key: (i) => String(list[i]) });
  }
  function fold(node: number, on: boolean): void {
    const t = current();
    if (t === undefined) return;
    if (on) open.current.add(node);
    else open.current.delete(node);
    shown.current.set(t.path(node), on);
    refresh();
  }
  useEffect(() => {
    const t = current();
    if (t === undefined) return;
    open.current = openFirst(t);
    if (shown.current.size > 0)
      for (let n = 0; n < t.count; n++) {
        const kept = t.size(n) > 0 ? shown.current.get(t.path(n)) : undefined;
        if (kept === true) open.current.add(n);
        else if (kept === false) open.current.delete(n);
      }
    refresh();
    setHits(what === '' ? [] : search(t, what));
  }, [tree, table]);
  if (typeof tree === 'string') return null;

  const look = (text: string): void => {
    setWhat(text);
    setHit(-1);
    setHits(text === '' ? [] : search(tree, text));
  };
  const go = (by: 1 | -1): void => {
    if (hits.length === 0) return;
    const at = (hit + by + hits.length) % hits.length;
    const node = hits[at] as number;
    setHit(at);
    setSelected(node);
    openTo(tree, node, open.current);
    refresh();
    table.select(String(node), rows.current.indexOf(node), true);
  };
  const all = (on: boolean): void => {
    shown.current.clear();
    open.current = new Set([0]);
    if (on) for (let n = 0; n < tree.count; n++) if (tree.size(n) > 0) open.current.add(n);
    refresh();
  };
  const path = selected >= 0 && selected < tree.count ? tree.path(selected) : '';
  const copy = (text: string, word: string): void => {
    if (copyText(text)) app.toast(word);
  };
  return (
    <div class="view-column">
      <div class="view-bar" role="toolbar" aria-label="JSON">
        <span class="search code-find">
          <input
            ref={box}
            type="text"
            aria-label="Find in keys and values"
            placeholder="Find"
            autocomplete="off"
            spellcheck={false}
            value={what}
            onInput={(e) => look(e.currentTarget.value)}
            onKeyDown={(event) => {
              if (event.key === 'Enter') go(event.shiftKey ? -1 : 1);
              else if (event.key === 'Escape' && what !== '') look('');
              else if (event.key === 'ArrowDown') table.focus();
              else return;
              event.preventDefault();
              event.stopPropagation();
            }}
          />
          {what !== '' && (
            <span class={hits.length === 0 ? 'bad' : 'muted'}>
              {hit >= 0 ? `${hit + 1} of ${hits.length}` : hits.length || 'none'}
            </span>
          )}
        </span>
        <span class="space" />
        <button type="button" class="btn soft" onClick={() => all(true)}>
          Open all
        </button>
        <button type="button" class="btn soft" onClick={() => all(false)}>
          Fold all
        </button>
      </div>
      <div class="view-rows">
        <Mount class="fill" make={() => table} />
      </div>
      <p class="view-foot">
        <span class="mono cut" title={path}>
          {path || <span class="muted">{many(tree.count, 'value')}</span>}
        </span>
        <span class="space" />
        {selected >= 0 && selected < tree.count && (
          <>
            {tree.size(selected) > 0 && <span class="muted">{count(tree.size(selected))} inside</span>}
            <button type="button" class="btn soft" onClick={() => copy(path || '$', 'Path copied')}>
              Copy path
            </button>
            <button type="button" class="btn soft" onClick={() => copy(tree.source(selected), 'Value copied')}>
              Copy value
            </button>
          </>
        )}
      </p>
    </div>
  );
}
