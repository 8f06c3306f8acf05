// The menu of the table's columns.

import type { Signal } from '@preact/signals';
import type { Kind } from '../../core/protocol';
import { Menu } from '../../widgets/menu/menu';
import { fieldsOf, pathsOf } from './columns';

/** A button and, while it is open, a list of all fields with a box each. */
export function ColumnsMenu({ kinds, kind, chosen }: { kinds: readonly Kind[]; kind: string; chosen: Signal<string> }) {
  const fields = [...fieldsOf(kinds, kind).values()];
  const shown = pathsOf(kinds, kind, chosen.value.split(',').filter(Boolean));
  const toggle = (path: string) => {
    const next = shown.includes(path) ? shown.filter((p) => p !== path) : [...shown, path];
    chosen.value = next.length === 0 ? '' : next.join(',');
  };
  return (
    <Menu label="columns ▾">
      <fieldset class="columns-list">
        <legend class="aside">Columns</legend>
        {fields.map((f) => (
          <label key={f.path}>
            <input type="checkbox" checked={shown.includes(f.path)} onChange={() => toggle(f.path)} />
            <span class="cut">{f.path}</span>
            <span class="unit">{f.unit ?? (f.type === 'float' || f.type === 'int' ? '' : f.type)}</span>
          </label>
        ))}
        <button type="button" class="btn quiet" disabled={chosen.value === ''} onClick={() => (chosen.value = '')}>
          Back to the kinds' own columns
        </button>
      </fieldset>
    </Menu>
  );
}
