// Names of functions and places as they fit into a line.

import type { StackFrame } from '../../core/protocol';

/** `github.com/a/game/sim.(*World).burst` as `sim.(*World).burst`. */
export function shortFunction(name: string): string {
  const bracket = name.indexOf('['); // type arguments may hold paths of their own
  const slash = name.lastIndexOf('/', bracket < 0 ? name.length : bracket);
  return name.slice(slash + 1).replaceAll('%2e', '.');
}

/** The file with its folder, and the line: `sim/sparks.go:88`. */
export function shortPlace({ file, line }: StackFrame): string {
  const parts = file.split(/[\\/]/);
  return `${parts.slice(-2).join('/')}:${line}`;
}

/** Whether a frame is most likely of the standard library: its package has a path without a dot. */
export function foreign({ func }: StackFrame): boolean {
  const slash = func.indexOf('/');
  const first = slash < 0 ? func.slice(0, func.indexOf('.')) : func.slice(0, slash);
  return first !== 'main' && !first.includes('.');
}
