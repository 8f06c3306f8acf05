// The header of a table: titles, units, and the buttons that sort.

import type { Column } from './line';
import type { Sort } from './types';

/** The grid track of a column. */
export function track<R>(c: Column<R>): string {
  if (c.most) return `minmax(${c.width}px, ${c.most}px)`;
  return c.grow ? `minmax(${c.width}px, ${c.grow}fr)` : `${c.width}px`;
}

/** Builds the header cell of a column. */
export function title<R>(
  column: Column<R>,
  i: number,
  sort: Sort | undefined,
  onSort: (next: Sort | undefined) => void,
): HTMLElement {
  const cell = document.createElement('div');
  cell.setAttribute('role', 'columnheader');
  cell.setAttribute('aria-colindex', String(i + 1));
  cell.className = `cell${column.align === 'right' ? ' right' : ''}`;
  if (column.help) cell.title = column.help;
  if (!column.sortable) {
    cell.append(words(column));
    return cell;
  }
  const sorted = sort?.key === column.key ? sort : undefined;
  cell.setAttribute('aria-sort', sorted === undefined ? 'none' : sorted.down ? 'descending' : 'ascending');
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'sort';
  const arrow = document.createElement('span');
  arrow.className = 'arrow';
  arrow.setAttribute('aria-hidden', 'true');
  arrow.textContent = sorted === undefined ? '' : sorted.down ? '▾' : '▴';
  button.append(words(column), arrow);
  button.addEventListener('click', () => onSort(after(column.key, sorted)));
  cell.append(button);
  return cell;
}

// Up, down, then the order in which the rows came.
function after(key: string, sorted: Sort | undefined): Sort | undefined {
  if (sorted === undefined) return { key, down: false };
  return sorted.down ? undefined : { key, down: true };
}

function words<R>(column: Column<R>): HTMLElement {
  const el = document.createElement('span');
  el.append(column.title);
  if (!column.note) return el;
  const note = document.createElement('span');
  note.className = 'head-note';
  note.textContent = column.note;
  el.append(note);
  return el;
}
