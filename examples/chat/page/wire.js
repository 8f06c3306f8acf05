// What goes over the wire, newest last, each text by its gist; opened, as it is. Events of one
// subscription that follow each other are one line with a count, so are their acknowledgements,
// and the list is written five times a second at most.

import { $, count, h, Log } from './dom.js';

const most = 200; // lines
const near = 4; // lines that another text of the same kind is counted with

export function mountWire(session) {
  const list = $('wire');
  const pause = $('wire-pause');
  const log = new Log(list, most);
  const sums = { in: 0, out: 0 }; // texts
  const dirty = new Set(); // lines to write, oldest first
  let latest = []; // the lines that came last
  let timer = 0;

  session.on('text', (direction, raw) => {
    sums[direction]++;
    const text = hide(raw);
    const message = JSON.parse(text);
    const key = message.method && !message.id && message.params?.id && direction + message.method + message.params.id;
    let line = key && latest.find((l) => l.key === key);
    if (line) {
      Object.assign(line, { text, message });
      line.times++;
    } else {
      line = { direction, key, text, message, times: 1, element: null };
      latest = [...latest.slice(1 - near), line];
    }
    dirty.add(line);
    if (!timer) timer = setTimeout(write, 200);
  });

  pause.onclick = () => {
    const on = pause.ariaPressed !== 'true';
    pause.ariaPressed = String(on);
    if (!on) write();
  };

  list.onkeydown = (e) => {
    const line = e.target.closest('details');
    const to = { ArrowUp: line?.previousElementSibling, ArrowDown: line?.nextElementSibling }[e.key];
    if (!to) return;
    e.preventDefault();
    to.firstElementChild.focus();
  };
  list.addEventListener('focusin', (e) => enter(e.target));

  /** Of all lines one is in the tab order; arrows lead to the others. */
  function enter(summary) {
    if (summary.localName !== 'summary') return;
    for (const other of list.querySelectorAll('summary[tabindex="0"]')) other.tabIndex = -1;
    summary.tabIndex = 0;
  }

  function write() {
    timer = 0;
    $('wire-facts').textContent = `${count(sums.in)} in · ${count(sums.out)} out`;
    if (pause.ariaPressed === 'true') return drop();
    for (const line of dirty) {
      if (!line.element) list.append(make(line));
      fill(line);
    }
    dirty.clear();
    log.settle();
    if (!list.querySelector('summary[tabindex="0"]')) enter(list.lastElementChild.firstElementChild);
  }

  /** Keeps no more than can be shown when the pause is over. */
  function drop() {
    for (const line of dirty) {
      if (dirty.size <= most) return;
      dirty.delete(line);
    }
  }
}

/** A login without its secrets: somebody may look over the shoulder. */
function hide(text) {
  const { method, result } = JSON.parse(text);
  if (method !== 'session.login' && !result?.token) return text;
  return text.replace(/"(code|token)":"(?:[^"\\]|\\.)*"/g, '"$1":"…"');
}

function make(line) {
  const { direction, message } = line;
  const arrow = h('span', { title: direction }, direction === 'out' ? '→' : '←');
  const number = h('span', { className: 'number' }, message.id === undefined ? '' : String(message.id));
  const summary = h('summary', { tabIndex: -1 }, arrow, number, h('span', { className: 'cut' }), h('span'));
  line.element = h('details', { className: message.error ? `${direction} error` : direction }, summary);
  line.element.ontoggle = () => open(line);
  return line.element;
}

function fill(line) {
  const [, , gist, times] = line.element.firstElementChild.children;
  const [name, rest] = say(line.message);
  gist.replaceChildren(h('b', {}, name), ' ', rest);
  times.textContent = line.times > 1 ? `× ${count(line.times)}` : '';
  if (line.element.open) open(line);
}

/** The gist of a message: what it is, and what it carries. */
function say({ method, params, result, error }) {
  if (error) return [`${error.code}`, error.message];
  if (method === undefined) return ['', JSON.stringify(result).slice(0, 200)];
  if (method === 'sub.event') return [params.id, JSON.stringify(params.value).slice(0, 200)];
  return [method, params === undefined ? '' : JSON.stringify(params).slice(0, 200)];
}

/** Shows a text as it is, or no more. */
function open(line) {
  line.element.querySelector('pre')?.remove();
  if (line.element.open) line.element.append(h('pre', {}, line.text));
}
