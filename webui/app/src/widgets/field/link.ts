// A value that names something else: an entity or an asset. It reads as a link; to change it one types a
// part of a name, or picks the thing where it is shown.

import { CompletingField } from './complete';
import type { Editor } from './editor';
import { icon } from './icon';
import type { Target } from './spec';

/** Enter on the link goes there; F2 or the button beside it changes it, Delete clears it. */
export class LinkField extends CompletingField {
  private readonly link = document.createElement('a');
  private readonly mark = document.createElement('span');
  private readonly name = document.createElement('span');
  private readonly facts = document.createElement('span');
  private readonly change = document.createElement('button');
  private readonly clear: HTMLButtonElement | undefined;
  private drawn: unknown;
  private unfollow: (() => void) | undefined;
  private unpick: (() => void) | undefined;

  constructor(...[spec, edits, onNote]: ConstructorParameters<typeof Editor>) {
    super(spec, edits, onNote);
    const { link, mark, name, facts, change, input } = this;
    this.el.classList.add('link-field');
    link.className = 'link-to cut';
    mark.setAttribute('aria-hidden', 'true');
    facts.className = 'link-facts';
    link.append(mark, name);
    link.addEventListener('click', (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey || !link.hasAttribute('href')) return;
      event.preventDefault();
      spec.links?.go(String(this.value));
    });
    change.type = 'button';
    change.className = 'link-change';
    change.append(icon(spec.links?.pick ? 'M3.5 2.5l9 4.2-4 1.2-1.3 4z' : 'M3 13l.6-2.8L10.5 3.3l2.2 2.2-6.9 6.9z'));
    change.title = spec.links?.pick ? 'Choose another: click it, or type its name' : 'Choose another';
    change.setAttribute('aria-label', `Choose ${spec.label}`);
    change.addEventListener('click', () => this.begin());
    this.el.append(link, facts, change);
    if (spec.type === 'entity') {
      this.clear = document.createElement('button');
      this.clear.type = 'button';
      this.clear.className = 'link-change';
      this.clear.textContent = '✕';
      this.clear.title = 'None';
      this.clear.setAttribute('aria-label', `Clear ${spec.label}`);
      this.clear.addEventListener('click', () => this.commit(null));
      this.el.append(this.clear);
    }
    this.locked(this.readOnly);
    this.el.addEventListener('keydown', (event) => {
      if (event.target === input || this.readOnly) return;
      if (event.key === 'F2') this.begin();
      else if (event.key === 'Delete' && this.clear) this.commit(null);
      else return;
      event.preventDefault();
      event.stopPropagation();
    });
    input.addEventListener('blur', () => {
      if (this.unpick === undefined) this.end();
    });
    this.end();
  }

  override dispose(): void {
    this.unfollow?.();
    this.end();
    super.dispose();
  }

  protected override show(value: unknown): void {
    super.show(value);
    if (this.link === undefined || value === this.drawn) return; // the base calls this before it is made
    this.drawn = value;
    this.unfollow?.();
    this.unfollow = undefined;
    const text = typeof value === 'string' || typeof value === 'number' ? String(value) : '';
    this.facts.textContent = '';
    if (text === '') {
      this.write({ name: typeof value === 'symbol' ? '—' : 'none' });
      this.link.removeAttribute('href');
    } else {
      this.link.href = this.spec.links?.href(text) ?? '';
      this.write({ name: text });
      this.unfollow = this.spec.links?.follow?.(text, (target) => this.write(target));
    }
    if (this.clear) this.clear.hidden = text === '' && typeof value !== 'symbol';
  }

  protected override held(): boolean {
    return this.unpick !== undefined || super.held();
  }

  protected override locked(on: boolean): void {
    super.locked(on);
    if (this.change === undefined) return;
    this.change.hidden = on;
    if (this.clear) this.clear.disabled = on;
  }

  protected override key(event: KeyboardEvent): void {
    super.key(event);
    if (event.key !== 'Escape' && event.key !== 'Enter') return;
    this.end();
    this.link.focus();
  }

  private write({ name, mark = '', ink = '', facts = '', gone = false }: Target): void {
    if (this.mark.textContent !== mark) this.mark.textContent = mark;
    this.mark.className = ink;
    if (this.name.textContent !== name) this.name.textContent = name;
    this.link.classList.toggle('gone', gone);
    if (this.facts.textContent !== facts) this.facts.textContent = facts;
  }

  private begin(): void {
    if (this.readOnly) return;
    this.el.classList.add('choosing');
    this.input.value = '';
    this.input.focus();
    this.unpick ??= this.spec.links?.pick?.((value) => {
      this.end();
      if (value !== undefined) this.commit(value);
      this.refresh();
      this.link.focus();
    });
  }

  private end(): void {
    const stop = this.unpick;
    this.unpick = undefined;
    stop?.();
    this.el.classList.remove('choosing');
  }
}
