// What is said of a cvar in few words: its flags, its layers, who set it. No elements here.

import type { Cvar, Scalar } from '../../core/protocol';
import { dots, plainText, type Spec } from '../../widgets/field/spec';

/** A word about a cvar and what it means. */
export interface Mark {
  text: string;
  why: string;
  tone?: 'warn' | 'accent';
}

/** Reports whether the game says that a cvar differs from its default. */
export function isModified(cvar: Cvar): boolean {
  return has(cvar, 'modified');
}

/** Reports whether nobody may set a cvar. */
export function isReadOnly(cvar: Cvar): boolean {
  return has(cvar, 'read-only');
}

/** Reports whether a cvar holds what a person set in this run, be it below something stronger. */
export function isMine(cvar: Cvar, me: string): boolean {
  return (cvar.layers ?? []).some((l) => l.by === me); // what is saved in between is theirs still
}

/** Reports whether a cvar was set and lies in no file yet, though it belongs there. */
export function isUnsaved(cvar: Cvar): boolean {
  return has(cvar, 'archive') && isModified(cvar) && (cvar.layer === 'console' || cvar.layer === 'code');
}

function has(cvar: Cvar, flag: string): boolean {
  return cvar.flags?.includes(flag) ?? false;
}

/** Reports whether a cvar is kept shut because cheats are off. */
export function isShut(cvar: Cvar, cheats: boolean): boolean {
  return !cheats && has(cvar, 'cheat');
}

/** The flags of a cvar in words, the gravest first. */
export function marksOf(cvar: Cvar, spec: Spec, cheats: boolean): Mark[] {
  const marks: Mark[] = [];
  if (cvar.pending !== undefined) {
    const text = `⟳ then ${word(spec, cvar.pending)}`;
    marks.push({ text, why: 'The new value waits until the game takes it', tone: 'warn' });
  } else if (has(cvar, 'latched'))
    marks.push({ text: 'latched', why: 'A new value waits until the game takes it, such as between two levels' });
  if (has(cvar, 'cheat')) {
    if (cheats) marks.push({ text: 'cheat', why: 'Goes back to its default when cheats go off' });
    else marks.push({ text: '⊘ cheat', why: 'Cannot be set while cheats are off' });
  }
  if (has(cvar, 'read-only')) marks.push({ text: 'read-only', why: 'Only the game itself sets it' });
  if (has(cvar, 'secret')) marks.push({ text: 'secret', why: 'Can be set; its value never leaves the game' });
  if (has(cvar, 'dev')) marks.push({ text: 'dev', why: 'For those who build the game' });
  if (has(cvar, 'archive')) {
    if (isUnsaved(cvar)) marks.push({ text: 'archive', why: 'Belongs into the archive file, where it will be saved' });
    else marks.push({ text: 'archive', why: 'Kept in the archive file' });
  }
  return marks;
}

const layers: Readonly<Record<string, string>> = {
  archive: 'archive file',
  code: 'game code',
};

/** A layer in words. */
export function layerName(layer: string): string {
  return layers[layer] ?? layer;
}

/** Who set the value of the strongest layer, which a latched cvar may not have yet. */
export function setter({ layers = [], layer, setBy }: Cvar): string {
  return layers.find((l) => l.layer === layer)?.by ?? setBy;
}

/** Who set a cvar: a person, or nobody where a layer sets it by itself. */
export function person(by: string, layer: string, me: string | undefined): string {
  if (by === layer || by === `${layer}.cfg` || by === 'game' || by === 'default') return '';
  return by === me ? 'you' : by;
}

/** A value in words, with its unit where the field names one. */
export function word(spec: Spec, value: Scalar | undefined): string {
  if (value === null || value === undefined) return dots;
  if (spec.type === 'bool') return value === true ? 'on' : 'off';
  return spec.type === 'string' ? `“${String(value)}”` : plainText(spec, value);
}

/** What stands below the layer that holds, and whether a plain reset uncovers it. */
export interface Uncovered {
  layer: string;
  value: Scalar;
  /** Undefined: a person may drop it. Otherwise what keeps it. */
  kept?: string;
}

const droppable = new Set(['console', 'code', 'archive', 'lease']);

/** What a reset of the layer that holds would leave. Undefined while the default holds. */
export function uncovered(cvar: Cvar): Uncovered | undefined {
  const [top, next] = cvar.layers ?? [];
  if (top === undefined) return undefined;
  const below =
    next === undefined ? { layer: 'default', value: cvar.default } : { layer: next.layer, value: next.value };
  return droppable.has(top.layer) ? below : { ...below, kept: layerName(top.layer) };
}

/** The last pieces of a place in the sources: `garden/bind.go:16`. */
export function place(from: string | undefined): string {
  return (from ?? '').split('/').slice(-2).join('/');
}
