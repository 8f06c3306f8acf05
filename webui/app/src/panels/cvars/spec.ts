// A cvar as fields see it.

import { cvarPath } from '../../core/editing';
import type { Cvar } from '../../core/protocol';
import type { Offer, Spec } from '../../widgets/field/spec';
import { isReadOnly, isShut } from './marks';

/** What the page knows beside the cvar itself. */
export interface Around {
  cheats?: boolean;
  /** Asks the game for values that fit. */
  offers?(name: string, text: string): Promise<readonly Offer[]>;
}

/** What the fields need to know of a cvar. */
export function specOf(cvar: Cvar, around: Around = { cheats: true }): Spec {
  const { offers } = around;
  return {
    path: cvarPath(cvar.name),
    label: cvar.name,
    type: cvar.type,
    unit: cvar.unit,
    min: cvar.min,
    max: cvar.max,
    step: cvar.step,
    enum: cvar.enum,
    help: cvar.help,
    readOnly: isReadOnly(cvar) || isShut(cvar, around.cheats ?? false),
    fallback: cvar.default,
    secret: cvar.flags.includes('secret'),
    offers: cvar.completes && offers ? (text) => offers(cvar.name, text) : undefined,
  };
}

/** The same without the unit, where that stands nearby already. */
export function bare(cvar: Cvar): Spec {
  return cvar.type === 'duration' ? specOf(cvar) : { ...specOf(cvar), unit: '' };
}
