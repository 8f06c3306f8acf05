// Who is here: the topic sessions, which has the whole list whenever it changes.

import { $, count, h } from './dom.js';

export function mountPeople(session, write) {
  const list = $('people');
  const rows = new Map(); // by the number of the client
  const listeners = [];
  let names = '';

  session.on('up', async (client) => {
    const opened = await client.subscribe('sessions', (event) => update(event.value, event.time)).catch(() => null);
    if (opened) update(opened.snapshot, session.me.clock.time); // else it was lost at once, and comes again
  });

  function update(sessions, time) {
    for (const [id, row] of rows) {
      if (sessions.some((s) => s.id === id)) continue;
      row.element.remove();
      rows.delete(id);
    }
    for (const s of sessions) {
      const row = rows.get(s.id) ?? add(s.id);
      const mine = s.id === session.me.id;
      row.name.textContent = s.name;
      row.name.disabled = mine;
      row.name.title = mine ? '' : `Write to ${s.name}`;
      row.facts.replaceChildren(...facts(s, mine, time));
    }
    $('people-count').textContent = String(sessions.length);
    const now = sessions.map((s) => s.name).join('\n');
    if (now === names) return;
    names = now;
    const others = sessions.filter((s) => s.id !== session.me.id);
    $('routed-names').replaceChildren(...others.map((s) => h('option', { value: s.name })));
    for (const listener of listeners) listener();
  }

  function add(id) {
    const name = h('button', { type: 'button', className: 'cut', onclick: () => write(name.textContent) });
    const facts = h('span', { className: 'facts' });
    const element = h('li', {}, name, h('span', { className: 'space' }), facts);
    list.append(element);
    rows.set(id, { element, name, facts });
    return rows.get(id);
  }

  return {
    /** Listens for people who come, go or take another name. */
    onChange: (listener) => listeners.push(listener),
  };
}

/** What is to be told of somebody, most telling first. */
function facts({ since, lost, backlog, behind, roundTrip }, mine, time) {
  const words = [];
  if (behind) words.push('▲ behind');
  if (backlog > 0) words.push(`${(backlog / 1024).toFixed(1)} KiB wait`);
  if (lost > 0) words.push(`lost ${count(lost)}`);
  if (roundTrip > 0) words.push(`${(roundTrip / 1e6).toFixed(1)} ms`);
  words.push(mine ? 'you' : ago(time - since));
  return [words.join(' · ')];
}

/** How long, of nanoseconds, in the largest unit that fits. */
function ago(ns) {
  const seconds = Math.max(0, Math.round(ns / 1e9));
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
  return `${Math.floor(seconds / 3600)} h`;
}
