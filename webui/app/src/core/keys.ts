// Keys: who takes which, sequences, and the sheet that lists them. No single key is taken from a
// text field, nor Space and Enter from a button.

import type { KeyBinding } from './panel';

/** A heading of the sheet and its keys. */
export interface KeyGroup {
  title: string;
  bindings: readonly KeyBinding[];
}

interface Held {
  title: string;
  bindings: readonly KeyBinding[];
  yields: boolean; // to all that do not
}

const patience = 1200; // ms between the keys of a sequence

const textTypes = new Set(['text', 'search', 'number', 'email', 'url', 'tel', 'password', '']);

/** Reports whether keys typed there are text. */
export function isText(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target instanceof HTMLSelectElement) return true;
  if (target instanceof HTMLTextAreaElement) return !target.readOnly;
  return target instanceof HTMLInputElement && textTypes.has(target.type);
}

const pressable = 'button, input, summary, [role=button], [role=switch], [role=checkbox], [role=tab], [role=option]';

/** Reports whether Space or Enter mean something to the element itself. Links take Enter alone. */
function takesItself(stroke: string, target: EventTarget | null): boolean {
  if (!(target instanceof Element)) return false;
  if (stroke === 'Space') return target.closest(pressable) !== null;
  return stroke === 'Enter' && target.closest(`a[href], ${pressable}`) !== null;
}

const mac = typeof navigator !== 'undefined' && /Mac|iPhone|iPad/.test(navigator.platform ?? '');

/** What was pressed, in the spelling of bindings: modifiers in the order Mod, Alt, Shift. */
export function stroke(
  event: Pick<KeyboardEvent, 'key' | 'code' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey'>,
): string {
  const mod = mac ? event.metaKey : event.ctrlKey;
  const other = mac ? event.ctrlKey : event.metaKey;
  const { name, printed } = keyName(event);
  let out = '';
  if (mod) out += 'Mod+';
  if (other) out += 'Meta+';
  if (event.altKey) out += 'Alt+';
  if (event.shiftKey && !printed) out += 'Shift+';
  return out + name;
}

// Shift belongs to a printed sign already (`?`), but not to letters and positions.
function keyName(event: { key: string; code: string }): { name: string; printed: boolean } {
  if (event.code === 'Space') return { name: 'Space', printed: false };
  if (event.code === 'BracketLeft') return { name: '[', printed: false };
  if (event.code === 'BracketRight') return { name: ']', printed: false };
  if (event.code === 'Backquote') return { name: '`', printed: false }; // left of 1, whatever it prints
  if (event.key.length !== 1) return { name: event.key, printed: false };
  const lower = event.key.toLowerCase();
  return { name: lower, printed: lower === event.key.toUpperCase() };
}

/** Pairs of bindings of one group of sheets that would fight for a key, and sequences whose start is a key itself. */
export function clashes(bindings: readonly KeyBinding[]): string[] {
  const out: string[] = [];
  const seen = new Map<string, KeyBinding>();
  for (const b of bindings) {
    const other = seen.get(b.keys);
    if (other !== undefined && !(other.when && b.when)) out.push(`${b.keys}: ${other.label} / ${b.label}`);
    seen.set(b.keys, b);
  }
  for (const b of bindings) {
    const first = b.keys.split(' ')[0] as string;
    const other = first === b.keys ? undefined : seen.get(first);
    if (other !== undefined) out.push(`${b.keys}: ${other.label} takes ${first}`);
  }
  return out;
}

export class Keys {
  /** While true a dialog has the keyboard. */
  modal = false;
  /** While true another part of the page has it. */
  asleep = false;

  private readonly held: Held[] = [];
  private begun = '';
  private begunAt = 0;

  /**
   * Takes keys under a heading of the sheet. What was added last is asked first; what yields is asked
   * after all others. Returns its undo.
   */
  add(title: string, bindings: readonly KeyBinding[], yields = false): () => void {
    const held = { title, bindings, yields };
    if (yields) this.held.unshift(held);
    else this.held.push(held);
    return () => {
      const i = this.held.indexOf(held);
      if (i >= 0) this.held.splice(i, 1);
    };
  }

  /** All keys that are taken now, by heading; what was added last comes first. */
  groups(): KeyGroup[] {
    const out = new Map<string, KeyBinding[]>();
    for (const { title, bindings } of [...this.held].reverse()) {
      out.set(title, [...(out.get(title) ?? []), ...bindings]);
    }
    return [...out].map(([title, bindings]) => ({ title, bindings }));
  }

  /** Who takes a key before those who yield, or begins a sequence with it. */
  owner(keys: string): KeyBinding | undefined {
    return this.held
      .filter((h) => !h.yields)
      .flatMap((h) => h.bindings)
      .find((b) => b.keys === keys || b.keys.startsWith(`${keys} `));
  }

  /** Listens to the page. Returns its undo. */
  listen(target: Pick<Document, 'addEventListener' | 'removeEventListener'> = document): () => void {
    const onKey = (event: KeyboardEvent): void => {
      if (this.press(event)) event.preventDefault();
    };
    target.addEventListener('keydown', onKey);
    return () => target.removeEventListener('keydown', onKey);
  }

  /** Reports whether a key was taken. */
  press(event: KeyboardEvent): boolean {
    if (this.modal || this.asleep || event.defaultPrevented || event.isComposing) return false;
    const target = event.composedPath()[0] ?? event.target;
    const text = isText(target);
    const now = stroke(event);
    if (now === 'Shift' || now.endsWith('+Shift') || now.endsWith('Control') || now.endsWith('Alt')) return false;
    if (takesItself(now, target)) return false;
    const begun = event.timeStamp - this.begunAt < patience ? this.begun : '';
    this.begun = '';
    const taken = (begun !== '' && this.find(`${begun} ${now}`, text)) || this.find(now, text);
    if (taken) {
      // A key that is kept down would switch to and fro; only steps go on.
      if (!(event.repeat && now.endsWith('Space'))) taken.run(event);
      return true;
    }
    if (text || !this.begins(now)) return false;
    this.begun = now;
    this.begunAt = event.timeStamp;
    return true;
  }

  private find(keys: string, text: boolean): KeyBinding | undefined {
    for (let i = this.held.length - 1; i >= 0; i--) {
      for (const b of this.held[i]?.bindings ?? []) {
        if (b.keys === keys && (!text || b.inText) && (b.when?.() ?? true)) return b;
      }
    }
    return undefined;
  }

  private begins(keys: string): boolean {
    return this.held.some(({ bindings }) => bindings.some((b) => b.keys.startsWith(`${keys} `)));
  }
}

const capNames: Record<string, string> = {
  Mod: mac ? '\u2318' : 'Ctrl',
  Escape: 'Esc',
  Enter: '\u21b5',
  ArrowUp: '\u2191',
  ArrowDown: '\u2193',
  ArrowLeft: '\u2190',
  ArrowRight: '\u2192',
};

/** The caps that the sheet draws for a binding: `Shift+Space` is two, steps of a sequence are parted by `then`. */
export function caps(keys: string): string[] {
  return keys.split(' ').flatMap((step, i) => {
    const parts =
      step === '+' ? ['+'] : step.split('+').map((p) => capNames[p] ?? (p.length === 1 ? p.toUpperCase() : p));
    return i === 0 ? parts : ['then', ...parts];
  });
}
