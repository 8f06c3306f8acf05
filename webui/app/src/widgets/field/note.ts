// What stands beside and below a field: the live value, the result of what is typed, the game's words.

import type { Note } from './editor';

/** Draws the notes of one field or of several on one row. */
export class NoteView {
  /** Beside the field: the live value and the mark of an edit on its way. */
  readonly side = document.createElement('span');
  /** Below the field; hidden while there is nothing to say. */
  readonly below = document.createElement('div');
  private readonly notes = new Map<string, Note>();
  private readonly liveBelow: boolean;
  private drawn = '';

  /** @param liveBelow puts the live value below as well: a vector's boxes need the room beside them. */
  constructor(liveBelow = false) {
    this.liveBelow = liveBelow;
    this.side.className = 'note-side';
    this.below.className = 'note';
    this.below.hidden = true;
    this.below.setAttribute('role', 'status');
  }

  /** Takes the note of one field. */
  take(path: string, note: Note): void {
    this.notes.set(path, note);
    const shown = merged([...this.notes.values()]);
    const text = JSON.stringify(shown);
    if (text === this.drawn) return;
    this.drawn = text;
    this.draw(shown);
  }

  /** Reports whether something stands below the field. */
  get speaks(): boolean {
    return !this.below.hidden;
  }

  private draw(note: Note): void {
    this.side.replaceChildren();
    const live = note.live === '' ? [] : [span('muted', 'live '), span('live', note.live)];
    if (!this.liveBelow) this.side.append(...live);
    if (note.pending) {
      const mark = span('mark', '◔');
      mark.title = 'on its way to the game';
      mark.setAttribute('role', 'img');
      mark.setAttribute('aria-label', 'pending');
      this.side.append(mark);
    }
    const parts: Node[] = [];
    if (note.refused !== '') parts.push(span('bad', `▲ ${note.refused}`));
    else if (note.result?.bad) parts.push(span('bad', `▲ ${note.result.text}`));
    else if (note.result !== undefined) {
      if (note.result.text !== '') parts.push(span('result', note.result.text));
      parts.push(key('↵', 'set'), key('Esc', 'keep live'));
    }
    if (this.liveBelow) parts.splice(note.result?.text ? 1 : 0, 0, ...live);
    this.below.replaceChildren(...parts);
    this.below.hidden = parts.length === 0;
  }
}

/** The notes of several fields of one value as one. What is being typed is newer than what was refused. */
export function merged(all: readonly Note[]): Note {
  const result = all.find((n) => n.result !== undefined)?.result;
  return {
    pending: all.some((n) => n.pending),
    live: all.find((n) => n.live !== '')?.live ?? '',
    result,
    refused: (result === undefined && all.find((n) => n.refused !== '')?.refused) || '',
    editing: all.some((n) => n.editing),
  };
}

function span(name: string, text: string): HTMLElement {
  const el = document.createElement('span');
  el.className = name;
  el.textContent = text;
  return el;
}

// A key and what it does, kept on one line.
function key(name: string, text: string): HTMLElement {
  const el = span('note-key', '');
  const cap = document.createElement('kbd');
  cap.textContent = name;
  el.append(cap, span('muted', ` ${text}`));
  return el;
}
