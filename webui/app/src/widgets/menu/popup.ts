// A menu that opens at a place: what can be done with the thing that was pressed on.

import './menu.css';

/** A line of a menu; null is a rule between lines. */
export type Item = { label: string; facts?: string; disabled?: boolean; run(): void } | null;

let close: (() => void) | undefined;

/** Opens a menu below an element; arrows move, Enter takes, Esc closes and gives the focus back. */
export function popup(anchor: HTMLElement, label: string, items: readonly Item[]): void {
  close?.();
  const before = document.activeElement;
  const list = document.createElement('div');
  list.className = 'menu-list menu-items popup';
  list.setAttribute('role', 'menu');
  list.setAttribute('aria-label', label);
  const buttons: HTMLButtonElement[] = [];
  for (const item of items) {
    if (item === null) list.append(document.createElement('hr'));
    else buttons.push(line(list, item));
  }
  const end = (back: boolean): void => {
    close = undefined;
    list.remove();
    document.removeEventListener('pointerdown', away, true);
    if (back && before instanceof HTMLElement) before.focus({ preventScroll: true });
  };
  close = () => end(false);
  const away = (event: Event): void => {
    if (event.target instanceof Node && !list.contains(event.target)) end(false);
  };
  list.addEventListener('click', () => end(true), true);
  list.addEventListener('keydown', (event) => {
    const at = buttons.indexOf(document.activeElement as HTMLButtonElement);
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined) buttons[(at + step + buttons.length) % buttons.length]?.focus();
    else if (event.key === 'Escape' || event.key === 'Tab') end(true);
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  document.addEventListener('pointerdown', away, true);
  document.body.append(list);
  place(list, anchor.getBoundingClientRect());
  buttons.find((b) => !b.disabled)?.focus();
}

function line(list: HTMLElement, item: NonNullable<Item>): HTMLButtonElement {
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'menu-item';
  button.setAttribute('role', 'menuitem');
  button.disabled = item.disabled ?? false;
  button.textContent = item.label;
  if (item.facts) {
    const facts = document.createElement('span');
    facts.className = 'muted';
    facts.textContent = item.facts;
    button.append(facts);
  }
  button.addEventListener('click', () => item.run());
  list.append(button);
  return button;
}

function place(list: HTMLElement, box: DOMRect): void {
  const below = innerHeight - box.bottom;
  const up = below < list.offsetHeight + 8 && box.top > below;
  list.style.left = `${Math.max(4, Math.min(box.left, innerWidth - list.offsetWidth - 4))}px`;
  list.style.top = up ? `${box.top - list.offsetHeight - 2}px` : `${box.bottom + 2}px`;
}
