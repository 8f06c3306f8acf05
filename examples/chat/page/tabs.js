// Tabs by the pattern of ARIA: one of them is in the tab order, arrows lead to the others. The
// chosen one stands in the address, so that it is shown again after a reload.

import { $ } from './dom.js';

export class Tabs {
  #tabs = [...document.querySelectorAll('[role=tab]')];
  #unread = new Map(); // by the id of the page
  #listeners = [];

  constructor() {
    for (const tab of this.#tabs) {
      tab.onclick = () => this.show(tab.getAttribute('aria-controls'));
      tab.onkeydown = (e) => this.#key(e, tab);
    }
    addEventListener('hashchange', () => this.#show(location.hash.slice(1)));
    this.#show(location.hash.slice(1));
  }

  /** Shows a page by its id. */
  show(id) {
    this.#show(id);
    history.replaceState(null, '', `#${id}`);
  }

  /** Listens for the page that is shown. */
  onShow(listener) {
    this.#listeners.push(listener);
  }

  /** Counts something that came for a page, unless the page is shown. */
  note(id) {
    if (!$(id).hidden) return;
    const n = (this.#unread.get(id) ?? 0) + 1;
    this.#unread.set(id, n);
    const mark = $(`tab-${id}`).querySelector('.unread');
    mark.textContent = n > 99 ? '99+' : String(n);
  }

  #show(id) {
    const shown = this.#tabs.find((tab) => tab.getAttribute('aria-controls') === id) ?? this.#tabs[0];
    for (const tab of this.#tabs) {
      tab.ariaSelected = String(tab === shown);
      tab.tabIndex = tab === shown ? 0 : -1;
      $(tab.getAttribute('aria-controls')).hidden = tab !== shown;
    }
    const page = shown.getAttribute('aria-controls');
    this.#unread.delete(page);
    shown.querySelector('.unread')?.replaceChildren();
    for (const listener of this.#listeners) listener(page);
  }

  #key(e, tab) {
    const n = this.#tabs.length;
    const at = this.#tabs.indexOf(tab);
    const to = { ArrowRight: (at + 1) % n, ArrowLeft: (at + n - 1) % n, Home: 0, End: n - 1 }[e.key];
    if (to === undefined) return;
    e.preventDefault();
    this.#tabs[to].click();
    this.#tabs[to].focus();
  }
}
