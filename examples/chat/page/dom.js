// What all parts of the page make the page with.

/** The element with an id. */
export const $ = (id) => document.getElementById(id);

/** Makes an element: h('li', { className: 'line' }, 'text', child). */
export function h(tag, props = {}, ...children) {
  const element = Object.assign(document.createElement(tag), props);
  element.append(...children);
  return element;
}

/** The time of day, as a person reads it. */
export function clock(date = new Date()) {
  return date.toLocaleTimeString([], { hour: '2-digit', minute: '2-digit', second: '2-digit', hour12: false });
}

/** A count, with thin spaces. */
export function count(n) {
  return String(n).replace(/\B(?=(\d{3})+$)/g, '\u2009');
}

/** An error's words as a sentence. */
export function sentence({ message }) {
  return `${message[0].toUpperCase()}${message.slice(1).replace(/\.$/, '')}.`;
}

/** A text as JSON where it is JSON, and else as a text. */
export function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** A value as one line: texts as they are, all else as JSON. */
export function show(value) {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/**
 * A list that grows at its end and keeps that in view, also when it changes its size or was hidden
 * meanwhile, unless somebody scrolled away from it.
 */
export class Log {
  #list;
  #max;
  #view;
  #follows = true;

  /** A log of at most `max` lines in a list, which scrolls by itself or in a view around it. */
  constructor(list, max = 500, view = list) {
    this.#list = list;
    this.#max = max;
    this.#view = view;
    view.addEventListener('scroll', () => {
      this.#follows = view.scrollHeight - view.scrollTop - view.clientHeight < 8;
    });
    new ResizeObserver(() => this.settle()).observe(view);
  }

  /** Adds a line. */
  add(line) {
    this.#list.append(line);
    this.settle();
  }

  /** Lets go of lines that are too many, and scrolls. */
  settle() {
    while (this.#list.childElementCount > this.#max) this.#list.firstElementChild.remove();
    if (this.#follows) this.#view.scrollTop = this.#view.scrollHeight;
  }
}

/**
 * The line below a form. It has a hint, which an error takes the place of, in the server's words
 * and with a button for what the server suggests. Nothing moves when it changes.
 */
export class Note {
  #place;
  #hint;

  constructor(place) {
    this.#place = place;
    this.#hint = place.textContent;
  }

  /** Shows the hint again. */
  clear() {
    this.say(this.#hint);
  }

  /** Says that something was refused. */
  refuse(error, use) {
    const parts = [h('span', { className: 'mark', ariaHidden: 'true' }, '▲'), h('span', {}, sentence(error))];
    const suggest = error.data?.suggest;
    if (suggest && use) {
      parts.push(h('button', { type: 'button', className: 'btn soft', onclick: () => use(suggest) }, `Use ${suggest}`));
    }
    this.#place.classList.add('bad');
    this.#place.replaceChildren(...parts);
  }

  /** Says something that is no error. */
  say(text) {
    this.#place.classList.remove('bad');
    this.#place.replaceChildren(h('span', {}, text));
  }
}
