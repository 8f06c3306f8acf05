// Rows as text for a spreadsheet.

import type { Column } from './line';
import type { Source } from './types';

/** Writes the rows whose keys are picked; `only` names the one place to look at. */
export function tsv<R>(
  all: readonly Column<R>[],
  source: Source<R>,
  picked: ReadonlySet<string>,
  only: number | undefined,
): string {
  const columns = all.filter((c) => c.text !== undefined);
  const rows: string[] = [];
  const take = (index: number): void => {
    const row = source.row(index);
    if (row === undefined || !picked.has(source.key(index))) return;
    rows.push(columns.map((c) => plain((c.copy ?? c.text)?.(row) ?? '')).join('\t'));
  };
  if (only !== undefined) take(only);
  else for (let i = 0; i < source.count && rows.length < picked.size; i++) take(i);
  if (rows.length === 0) return '';
  return `${[columns.map((c) => plain(c.title)).join('\t'), ...rows].join('\n')}\n`;
}

// Without what is only for the eye: narrow spaces, the long minus, line ends.
function plain(text: string): string {
  return text
    .replace(/[\t\n\r]+/g, ' ')
    .replace(/[\u2009\u202f]/g, '')
    .replace(/\u2212/g, '-');
}
