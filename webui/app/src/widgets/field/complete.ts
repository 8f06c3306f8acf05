// A text for which the game offers values: a list below the field, as long as it has the focus.

import type { Editor } from './editor';
import { type Offer, plainText } from './spec';
import { TextField } from './text';

const most = 12;
let lists = 0;

/** Arrows choose, Enter takes, Esc closes the list first and drops the text then. */
export class CompletingField extends TextField {
  private readonly list = document.createElement('div');
  private offers: readonly Offer[] = [];
  private at = -1;
  private asked = 0; // answers to an older text are dropped

  constructor(...[spec, edits, onNote]: ConstructorParameters<typeof Editor>) {
    super(spec, edits, onNote, 'text completing');
    const { input, list } = this;
    list.className = 'offers';
    list.id = `offers-${++lists}`;
    list.hidden = true;
    list.setAttribute('role', 'listbox');
    list.setAttribute('aria-label', `Values of ${spec.label}`);
    input.setAttribute('role', 'combobox');
    input.setAttribute('aria-expanded', 'false');
    input.setAttribute('aria-controls', list.id);
    input.setAttribute('aria-autocomplete', 'list');
    input.addEventListener('focus', () => void this.ask(''));
    input.addEventListener('input', () => void this.ask(input.value));
    input.addEventListener('blur', () => this.close());
    list.addEventListener('pointerdown', (e) => {
      e.preventDefault(); // the field keeps the focus
      const item = e.target instanceof Element ? e.target.closest<HTMLElement>('[role=option]') : null;
      if (item) this.take(Number(item.dataset.at));
    });
  }

  override dispose(): void {
    this.close();
    super.dispose();
  }

  protected override key(event: KeyboardEvent): void {
    if (this.list.hidden) {
      if (event.key === 'ArrowDown') void this.ask('');
      else super.key(event);
      return;
    }
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined) this.choose(this.at + step);
    else if (event.key === 'Enter' && this.at >= 0) this.take(this.at);
    else if (event.key === 'Escape') this.close();
    else {
      if (event.key === 'Enter') this.close();
      super.key(event);
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  }

  private async ask(text: string): Promise<void> {
    const ticket = ++this.asked;
    const offers = (await this.spec.offers?.(text).catch(() => [])) ?? [];
    if (ticket !== this.asked || document.activeElement !== this.input) return;
    this.offers = offers.slice(0, most);
    this.at = -1;
    if (this.offers.length === 0) this.close();
    else this.open();
  }

  private open(): void {
    const { list, input } = this;
    list.replaceChildren(
      ...this.offers.map((offer, i) => {
        const item = document.createElement('div');
        item.id = `${list.id}-${i}`;
        item.dataset.at = String(i);
        item.setAttribute('role', 'option');
        item.setAttribute('aria-selected', 'false');
        const text = document.createElement('span');
        text.textContent = offer.label ?? plainText(this.spec, offer.text);
        const help = document.createElement('span');
        help.className = 'muted';
        help.textContent = offer.help ?? '';
        item.append(text, help);
        return item;
      }),
    );
    document.body.append(list); // rows of a table would cut it off
    list.hidden = false;
    input.setAttribute('aria-expanded', 'true');
    const box = this.el.getBoundingClientRect();
    const below = window.innerHeight - box.bottom;
    const up = below < list.offsetHeight + 8 && box.top > below;
    list.style.left = `${box.left}px`;
    list.style.minWidth = `${box.width}px`;
    list.style.top = up ? '' : `${box.bottom + 2}px`;
    list.style.bottom = up ? `${window.innerHeight - box.top + 2}px` : '';
  }

  private close(): void {
    this.asked++;
    this.at = -1;
    this.list.hidden = true;
    this.list.remove();
    this.input.setAttribute('aria-expanded', 'false');
    this.input.removeAttribute('aria-activedescendant');
  }

  private choose(to: number): void {
    const n = this.offers.length;
    this.at = (to + n) % n;
    [...this.list.children].forEach((item, i) => {
      item.setAttribute('aria-selected', String(i === this.at));
    });
    const item = this.list.children[this.at];
    item?.scrollIntoView({ block: 'nearest' });
    if (item) this.input.setAttribute('aria-activedescendant', item.id);
  }

  private take(i: number): void {
    const offer = this.offers[i];
    if (offer === undefined) return;
    this.close();
    this.input.value = offer.text;
    this.typed = true;
    super.key(new KeyboardEvent('keydown', { key: 'Enter' }));
  }
}
