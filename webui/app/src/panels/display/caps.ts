// Keys as people call them.

/** Keys that are always shown, in rows. */
export const fixedCaps: readonly (readonly string[])[] = [
  ['KeyQ', 'KeyW', 'KeyE', 'ShiftLeft', 'Mouse 1'],
  ['KeyA', 'KeyS', 'KeyD', 'Space'],
];

/** Keys that browsers and systems keep for themselves. */
export const chords: readonly { label: string; codes: readonly string[] }[] = [
  { label: 'Esc', codes: ['Escape'] },
  { label: 'Ctrl+W', codes: ['ControlLeft', 'KeyW'] },
  { label: 'Ctrl+T', codes: ['ControlLeft', 'KeyT'] },
  { label: 'Ctrl+N', codes: ['ControlLeft', 'KeyN'] },
  { label: 'Alt+Tab', codes: ['AltLeft', 'Tab'] },
  { label: 'Alt+F4', codes: ['AltLeft', 'F4'] },
  { label: 'F11', codes: ['F11'] },
  { label: 'Meta', codes: ['MetaLeft'] },
];

const names: Record<string, string> = {
  ArrowUp: '↑',
  ArrowDown: '↓',
  ArrowLeft: '←',
  ArrowRight: '→',
  Escape: 'Esc',
  ControlLeft: 'Ctrl',
  Backspace: '⌫',
};

/** `KeyW` is W, `Digit1` is 1, `ShiftLeft` is Shift. */
export function capOf(code: string): string {
  return names[code] ?? code.replace(/^(Key|Digit)(?=.$)/, '').replace(/^(Shift|Alt|Meta)Left$/, '$1');
}
