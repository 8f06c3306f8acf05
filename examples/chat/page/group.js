// Group: rooms that people join by name. A room is a topic that clients publish to. While somebody
// is in it the server keeps the newest messages for those who join late.

import { $, clock, h, Log, Note, parse, show } from './dom.js';

const prefix = 'room:'; // so that no room is called like a topic of the server

export function mountGroup(session, tabs, people) {
  const rooms = new Map(); // by name
  const note = new Note($('group-note'));
  let counting = 0; // timer

  async function join(name) {
    const room = new Room(session, name, {
      onMessage: () => tabs.note('group'),
      onMove: count,
      onLeave: () => {
        rooms.delete(name);
        remember();
      },
    });
    rooms.set(name, room);
    try {
      await room.join(session.client);
    } catch (error) {
      rooms.delete(name);
      throw error;
    }
    remember();
    $('rooms').append(room.element);
    return room;
  }

  /** A window that is reloaded comes back into its rooms. */
  function remember() {
    sessionStorage.setItem('rooms', JSON.stringify([...rooms.keys()]));
  }

  /** Asks, a moment after somebody came or went, how many are in each room. */
  function count() {
    if (rooms.size === 0 || counting) return;
    counting = setTimeout(async () => {
      counting = 0;
      const topics = await session.call('topic.list').catch(() => []);
      for (const room of rooms.values()) room.count(topics);
    }, 100);
  }

  $('group-form').onsubmit = async (e) => {
    e.preventDefault();
    const name = $('group-name').value.trim();
    note.clear();
    try {
      const room = rooms.get(name) ?? (await join(name));
      $('group-name').value = '';
      room.focus();
    } catch (error) {
      note.refuse(error);
    }
  };

  session.on('up', async (client) => {
    for (const room of rooms.values()) room.join(client).catch((error) => room.note(error.message));
    if (rooms.size > 0) return;
    for (const name of JSON.parse(sessionStorage.getItem('rooms') ?? '[]'))
      await join(name).catch(note.refuse.bind(note));
  });
  people.onChange(count);
}

class Room {
  #session;
  #name;
  #log;
  #sub = '';
  #last = {}; // the newest event that was heard: run of the server, time, seq
  #listener;

  /** The listener is told of messages, of people who come and go, and that this window leaves. */
  constructor(session, name, listener) {
    this.#session = session;
    this.#name = name;
    this.#listener = listener;
    this.element = $('room').content.cloneNode(true).firstElementChild;
    this.element.setAttribute('aria-label', `Room ${name}`);
    this.element.querySelector('h3').textContent = name;
    const list = this.element.querySelector('ol');
    list.setAttribute('aria-label', `Messages in ${name}`);
    this.#log = new Log(list);
    this.input.setAttribute('aria-label', `Message to ${name}`);
    this.element.querySelector('form').onsubmit = (e) => this.#say(e);
    this.element.querySelector('header .btn').onclick = () => {
      this.#leave();
      listener.onLeave();
      this.element.remove();
      $('group-name').focus();
    };
  }

  get input() {
    return this.element.querySelector('input');
  }

  focus() {
    this.input.focus();
  }

  /** Joins, again after the connection was lost. */
  async join(client) {
    if (!client) throw new Error('there is no connection');
    const { id } = await client.subscribe(prefix + this.#name, (event) => this.#hear(event));
    this.#sub = id;
    this.#publish({ event: 'joined' }).catch((error) => this.note(error.message));
  }

  /** Shows how many are in the room, of what topic.list answered. */
  count(topics) {
    const n = topics.find((t) => t.name === prefix + this.#name)?.subscribers;
    this.element.querySelector('.facts').textContent = n ? `${n} here` : '';
  }

  /** Writes a line that nobody sent. */
  note(text) {
    this.#log.add(line('', text, 'event'));
  }

  #publish(data) {
    return this.#session.call('topic.publish', { topic: prefix + this.#name, data });
  }

  async #say(e) {
    e.preventDefault();
    try {
      await this.#publish(parse(this.input.value));
      this.input.value = '';
    } catch (error) {
      this.note(error.message);
    }
  }

  /** Hears a message, the history of the room first. Who joins again has heard some of it. */
  #hear(event) {
    const { from, data } = event.value;
    const { session: run, clock: login } = this.#session.me;
    const last = this.#last;
    if (last.run === run && (event.time < last.time || (event.time === last.time && event.seq <= last.seq))) return;
    this.#last = { run, time: event.time, seq: event.seq };
    const date = this.#session.date(event);
    if (data?.event === 'joined' || data?.event === 'left') {
      this.#log.add(line(from, data.event, 'event', date));
      this.#listener.onMove();
      return;
    }
    this.#log.add(line(from, show(data), from === this.#session.me.name ? 'mine' : '', date));
    if (event.time > login.time) this.#listener.onMessage();
  }

  #leave() {
    this.#publish({ event: 'left' }).catch(() => {}); // when there is no connection, nobody is in the room
    this.#session.client?.unsubscribe(this.#sub);
  }
}

function line(from, text, kind, date) {
  return h(
    'li',
    { className: kind },
    h('time', {}, clock(date)),
    h('span', { className: kind === 'mine' ? 'from me' : 'from' }, from),
    h('span', { className: 'text' }, text),
  );
}
