// What the table and the fields do with keys, for the sheet. They take these keys themselves, while
// they have the focus.

import type { KeyBinding } from '../../core/panel';

const told = (keys: string, label: string): KeyBinding => ({ keys, label, when: () => false, run: () => {} });

/** Keys of a list. */
export const listKeys: readonly KeyBinding[] = [
  told('Shift+ArrowDown', 'In the list: select more rows'),
  told('Mod+c', 'In the list: copy the selected rows'),
];

/** Keys of fields. */
export const fieldKeys: readonly KeyBinding[] = [
  told('Enter', 'In the list: edit the row; in a field: set it'),
  told('ArrowUp', 'In a number: one step up; Shift ×10, Alt ×0.1, Ctrl ×100'),
  told('Escape', 'In a field: back to the live value'),
];
