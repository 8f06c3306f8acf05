// The bytes of a file, sixteen to a row.

import './hex.css';
import { useEffect, useMemo } from 'preact/hooks';
import { bytes as size, text } from '../../../core/units';
import { Mount } from '../../../widgets/mount';
import { Table } from '../../../widgets/table/table';
import type { ViewProps } from '../views';

const perRow = 16;
const most = 1 << 20; // bytes that are shown

/** Bytes as pairs of digits, eight and eight. */
export function hexOf(data: Uint8Array, row: number): string {
  const out: string[] = [];
  for (let i = 0; i < perRow; i++) {
    const at = row * perRow + i;
    if (i === 8) out.push('');
    out.push(at < data.length ? (data[at] as number).toString(16).padStart(2, '0') : '  ');
  }
  return out.join(' ');
}

/** The same as letters; what is none is a dot. */
export function lettersOf(data: Uint8Array, row: number): string {
  let out = '';
  for (let at = row * perRow; at < Math.min(data.length, (row + 1) * perRow); at++) {
    const b = data[at] as number;
    out += b >= 0x20 && b < 0x7f ? String.fromCharCode(b) : '·';
  }
  return out;
}

export function HexView({ app, asset, file }: ViewProps) {
  const data = useMemo(() => file.data.subarray(0, most), [file]);
  const table = useMemo(() => {
    let shown = data;
    const made = new Table<number>({
      label: `Bytes of ${asset.name}`,
      header: false,
      rowHeight: 20,
      columns: [
        {
          key: 'at',
          title: 'At',
          width: 92,
          class: 'hex muted',
          text: (row) => (row * perRow).toString(16).padStart(8, '0'),
        },
        { key: 'hex', title: 'Bytes', width: 392, class: 'hex', text: (row) => hexOf(shown, row) },
        { key: 'text', title: 'Text', width: 150, grow: 1, class: 'hex muted', text: (row) => lettersOf(shown, row) },
      ],
      source: { count: 0, row: () => undefined, key: String },
      soon: (f) => app.frame.soon(f),
    });
    const show = (next: Uint8Array<ArrayBuffer>): void => {
      shown = next;
      made.setSource({ count: Math.ceil(next.length / perRow), row: (i) => i, key: String });
    };
    return { el: made.el, dispose: () => made.dispose(), show };
  }, [app, asset.id]);
  useEffect(() => table.show(data), [table, data]);
  return (
    <div class="view-column">
      <div class="view-rows">
        <Mount class="fill" make={() => table} />
      </div>
      <p class="view-foot">
        <span class="muted">
          {data.length < asset.bytes
            ? `The first ${text(size(data.length, 0))} of ${text(size(asset.bytes))}`
            : text(size(asset.bytes))}
          {file.mediaType && ` · ${file.mediaType}`}
        </span>
      </p>
    </div>
  );
}
