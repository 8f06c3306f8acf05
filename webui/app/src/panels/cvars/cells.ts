// The cells of the cvar table that are more than text: the name, which is also the handle of the
// value, the value with its slider, its box and what they say, the flags, who set it, the reset.

import type { App } from '../../core/app';
import { editing } from '../../core/editing';
import type { Cvar } from '../../core/protocol';
import type { CellView } from '../../widgets/table/table';
import { reset, resetOf, setValue } from './actions';
import { isShut, type Mark, marksOf, person, setter } from './marks';
import type { Row } from './rows';
import { bare } from './spec';
import type { Cvars } from './store';
import { ValueView } from './value';

/** Draws a heading over all columns, or the name of a cvar with the found letters marked. */
export class NameCell implements CellView<Row> {
  private readonly host: HTMLElement;
  private readonly text = document.createElement('span');
  private readonly words: () => readonly string[];
  private drawn = '';

  /** @param words what is searched for. */
  constructor(host: HTMLElement, words: () => readonly string[]) {
    this.host = host;
    this.words = words;
    this.text.className = 'name-text';
    host.append(this.text);
  }

  show(row: Row): void {
    const words = this.words();
    const key =
      row.kind === 'group' ? `${row.key}${row.open}${row.count}|${row.modified}` : `${row.key} ${words.join(' ')}`;
    if (`${row.level} ${key}` === this.drawn) return;
    this.drawn = `${row.level} ${key}`;
    this.host.style.setProperty('--level', String(row.level - 1));
    if (row.kind === 'cvar') {
      this.text.title = row.cvar.name;
      this.text.replaceChildren(...marked(row.cvar.name, words));
    } else this.heading(row);
  }

  private heading(row: Extract<Row, { kind: 'group' }>): void {
    this.text.title = '';
    const facts = span('group-facts', row.open ? '' : `${row.count} cvars`);
    if (row.modified > 0) facts.append(' ', span('accent', '●'), ` ${row.modified}`);
    this.text.replaceChildren(`${row.open ? '▾' : '▸'} `, ...marked(row.name, this.words()), facts);
  }
}

/** The help text with the found letters marked. */
export class HelpCell implements CellView<Row> {
  private readonly host: HTMLElement;
  private readonly words: () => readonly string[];
  private drawn = '';

  constructor(host: HTMLElement, words: () => readonly string[]) {
    this.host = host;
    this.words = words;
  }

  show(row: Row): void {
    if (row.kind === 'group') return;
    const words = this.words();
    const key = `${row.cvar.help}|${words.join(' ')}`;
    if (key === this.drawn) return;
    this.drawn = key;
    this.host.title = row.cvar.help;
    this.host.replaceChildren(...marked(row.cvar.help, words));
  }
}

/** The value of a cvar. The cell is reused: another name builds other fields. */
export class ValueCell implements CellView<Row> {
  private readonly host: HTMLElement;
  private readonly app: App;
  private readonly store: Cvars;
  private view: ValueView | undefined;
  private version = -1;

  constructor(host: HTMLElement, app: App, store: Cvars) {
    this.host = host;
    this.app = app;
    this.store = store;
  }

  show(row: Row): void {
    if (row.kind === 'group') return;
    const cvar = this.store.newest(row.cvar.name) ?? row.cvar; // a row may be a tenth of a second old
    const known = this.view?.shows(cvar, this.store.cheats) ?? false;
    if (!known) this.build(cvar);
    // Somebody changed it, perhaps this page: a person who drags it needs no mark.
    else if (cvar.version !== this.version && !this.busy())
      this.host.dataset.heat = this.host.dataset.heat === 'a' ? 'b' : 'a';
    this.version = cvar.version;
    this.view?.show(cvar);
  }

  busy(): boolean {
    return this.view?.busy() ?? false;
  }

  dispose(): void {
    this.view?.dispose();
  }

  private build(cvar: Cvar): void {
    this.view?.dispose();
    const { edits } = editing(this.app);
    this.view = new ValueView(cvar, edits, { cheats: this.store.cheats, offers: this.store.offers });
    if (isShut(cvar, this.store.cheats)) this.view.el.prepend(cheatsButton(this.app, this.store));
    this.host.replaceChildren(this.view.el);
    const handle = this.host.parentElement?.querySelector<HTMLElement>('.name-text');
    if (handle) this.view.scrubOn(handle);
  }
}

/** Turns cheats on; stands where a cheat's slider would. */
function cheatsButton(app: App, store: Cvars): HTMLElement {
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'btn quiet cheats-on';
  button.textContent = 'cheats are off: turn on';
  const cheats = store.all.get('cheats');
  button.disabled = cheats === undefined;
  button.addEventListener('click', () => cheats && setValue(app, cheats, true));
  return button;
}

/** The flags in words, each with its meaning. */
export class FlagsCell implements CellView<Row> {
  private readonly host: HTMLElement;
  private readonly store: Cvars;
  private drawn = '';

  constructor(host: HTMLElement, store: Cvars) {
    this.host = host;
    this.store = store;
  }

  show(row: Row): void {
    if (row.kind === 'group') return;
    const marks = marksOf(row.cvar, bare(row.cvar), this.store.cheats);
    const key = JSON.stringify(marks);
    if (key === this.drawn) return;
    this.drawn = key;
    this.host.title = marks.map((m) => `${m.text}: ${m.why}`).join('\n');
    this.host.replaceChildren(...marks.flatMap((m, i) => [i > 0 ? ', ' : '', flag(m)]));
  }
}

function flag({ text, tone }: Mark): HTMLElement {
  return span(tone ?? '', text);
}

/** Who set the value, and the layer that it lies in. */
export class ByCell implements CellView<Row> {
  private readonly host: HTMLElement;
  private readonly app: App;
  private drawn = '';

  constructor(host: HTMLElement, app: App) {
    this.host = host;
    this.app = app;
  }

  show(row: Row): void {
    if (row.kind === 'group') return;
    const { cvar } = row;
    const who = person(setter(cvar), cvar.layer, this.app.me.peek()?.name);
    const layer = cvar.layer === 'default' ? '' : cvar.layer;
    const key = `${who}|${layer}|${cvar.from ?? ''}`;
    if (key === this.drawn) return;
    this.drawn = key;
    this.host.title = cvar.from ?? '';
    this.host.replaceChildren(who, ...(who !== '' && layer !== '' ? [' '] : []), span('muted', layer));
  }
}

/** The button that uncovers what lies below. */
export class ResetCell implements CellView<Row> {
  private readonly button = document.createElement('button');
  private readonly store: Cvars;
  private cvar: Cvar | undefined;
  private all = false;

  constructor(host: HTMLElement, app: App, store: Cvars) {
    const { button } = this;
    this.store = store;
    button.type = 'button';
    button.className = 'btn quiet icon';
    button.textContent = '↺';
    host.append(button);
    button.addEventListener('click', () => {
      if (this.cvar !== undefined) void reset(app, this.cvar, this.all);
    });
  }

  show(row: Row): void {
    this.cvar = row.kind === 'cvar' ? row.cvar : undefined;
    const way = this.cvar && resetOf(this.cvar, this.store.cheats);
    const words = way?.words ?? '';
    this.all = way?.all ?? false;
    this.button.hidden = way === undefined;
    if (this.button.title === words) return;
    this.button.title = words;
    this.button.setAttribute('aria-label', words);
  }
}

function span(name: string, text: string): HTMLElement {
  const el = document.createElement('span');
  if (name !== '') el.className = name;
  el.textContent = text;
  return el;
}

function marked(text: string, words: readonly string[]): Node[] {
  const lower = text.toLowerCase();
  const nodes: Node[] = [];
  let from = 0;
  while (from < text.length) {
    let at = text.length;
    let size = 0;
    for (const word of words) {
      const found = lower.indexOf(word, from);
      if (found >= 0 && (found < at || (found === at && word.length > size))) [at, size] = [found, word.length];
    }
    if (at > from) nodes.push(document.createTextNode(text.slice(from, at)));
    if (size === 0) break;
    const mark = document.createElement('mark');
    mark.textContent = text.slice(at, at + size);
    nodes.push(mark);
    from = at + size;
  }
  return nodes;
}
