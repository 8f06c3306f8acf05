// Streamed: a topic of the server, at the rate and by the policy that this window chooses. The
// server sends no more than a credit of events beyond the last that was acknowledged. So a window
// that stops reading makes its events wait at the server, where the policy says what becomes of
// them. A tab that is not shown is not subscribed.

import { drawBars, drawSteps } from './chart.js';
import { $, count, h, Note } from './dom.js';

const span = 30; // seconds of a price's history
const seconds = 60; // of the bars

/** What becomes of events that cannot be sent at once, by topic and policy. */
const rules = {
  prices: {
    latest: 'of each good the newest price waits, and what it replaces counts as lost',
    all: 'of each good the newest price waits, as many as the buffer holds',
    sample: 'of each good the newest price waits, and nothing counts as lost',
    reliable: 'every price waits, and the server closes the connection when the buffer is full',
  },
  moves: {
    latest: 'the newest move waits, and what it replaces counts as lost',
    all: 'as many moves wait as the buffer holds, and the oldest that have to go count as lost',
    sample: 'the newest move waits, and nothing counts as lost',
    reliable: 'every move waits, and the server closes the connection when the buffer is full',
  },
};

export function mountStreamed(session, tabs) {
  const [topic, rate, policy] = [$('stream-topic'), $('stream-rate'), $('stream-policy')];
  const [buffer, stop] = [$('stream-buffer'), $('stream-stop')];
  const note = new Note($('stream-note'));
  const goods = new Map(); // by symbol
  let sub = ''; // id of the subscription
  let stats = ''; // id of that to the topic stats
  let wanted = 0; // number of the subscription that is wanted, so that an older one is not kept
  let unread = []; // events that came while nothing was read
  let newest = null; // event that was read last
  let acking = 0; // timer
  let ahead = 0; // of this window's clock, in seconds
  let sums = { came: 0, lost: 0 };
  const bars = []; // [came, lost] of each second
  let stopped = 0; // when reading stopped
  let resumed = ''; // what to say of that with the next event

  function close() {
    wanted++;
    for (const id of [sub, stats]) if (id) session.client?.unsubscribe(id);
    sub = stats = '';
  }

  async function open() {
    close();
    const client = session.client;
    if (!client || $('streamed').hidden) return;
    const mine = wanted;
    buffer.disabled = policy.value !== 'all' && policy.value !== 'reliable';
    stop.checked = false;
    resumed = '';
    unread = [];
    sums = { came: 0, lost: 0 };
    const options = { policy: policy.value, rate: Number(rate.value), credit: credit() };
    if (!buffer.disabled) options.buffer = Number(buffer.value);
    try {
      const opened = await client.subscribe(topic.value, take, options);
      if (wanted !== mine) return client.unsubscribe(opened.id);
      sub = opened.id;
      for (const price of opened.snapshot) begin(price);
      say();
      const { id } = await client.subscribe('stats', (event) => tell(event.value.queues));
      if (wanted !== mine) return client.unsubscribe(id);
      stats = id;
    } catch (error) {
      note.refuse(error);
    }
  }

  /** How many events may be on the way: more than come at once, at the slowest rate. */
  function credit() {
    return topic.value === 'prices' || policy.value === 'latest' || policy.value === 'sample' ? 8 : 64;
  }

  /** Tells what became of all events of the topic. */
  function tell(queues) {
    const q = queues.find((q) => q.topic === topic.value);
    if (!q) return;
    const facts = {
      subscribers: q.subscribers,
      published: q.published,
      sent: q.sent,
      waiting: q.waiting,
      replaced: q.replaced,
      lost: q.lost,
    };
    const pairs = Object.entries(facts).map(([name, n]) => h('div', {}, h('dt', {}, name), h('dd', {}, count(n))));
    $('stream-queue').replaceChildren(...pairs);
  }

  /** The server's time in seconds, by the event that came with the least delay. */
  function now() {
    return performance.now() / 1000 - ahead;
  }

  function take(event) {
    ahead = Math.min(ahead, performance.now() / 1000 - event.time / 1e9);
    if (stop.checked) {
      unread.push(event);
      say();
      return;
    }
    read([event]);
  }

  function read(events) {
    if (events.length === 0) return;
    const bar = bars.at(-1);
    for (const { value, lost, time } of events) {
      sums.came++;
      sums.lost += lost;
      if (bar) {
        bar[0]++;
        bar[1] += lost;
      }
      move(value, time);
    }
    newest = events.at(-1);
    if (!acking) acking = setTimeout(acknowledge, 50);
    if (resumed) note.say(`${resumed} ${count(events.reduce((sum, event) => sum + event.lost, 0))} were lost.`);
    resumed = '';
  }

  /** Acknowledges the newest event, twenty times a second at most. */
  function acknowledge() {
    acking = 0;
    if (newest.id === sub) session.client?.notify('sub.ack', { id: sub, seq: newest.seq });
  }

  /** A good as it stands when the subscription begins. */
  function begin(price) {
    const good = goods.get(price.symbol) ?? add(price.symbol);
    Object.assign(good, { price, since: price.moves, seen: 0 });
    good.points = [[now(), price.price]];
  }

  function move(price, time) {
    const good = goods.get(price.symbol);
    good.price = price;
    good.seen++;
    good.points.push([time / 1e9, price.price]);
  }

  function add(symbol) {
    const color = `--s${goods.size % 6}`;
    const swatch = h('span', { className: 'swatch' });
    swatch.style.background = `var(${color})`;
    const [price, change, seen] = ['', '', ''].map(() => h('td', { className: 'num' }));
    const canvas = h('canvas', { ariaHidden: 'true' });
    const chart = h('td', { className: 'spark' }, canvas);
    $('stream-rows').append(h('tr', {}, h('th', { scope: 'row' }, swatch, symbol), price, change, chart, seen));
    const good = { color, canvas, cells: { price, change, seen }, points: [], price: null, since: 0, seen: 0 };
    goods.set(symbol, good);
    return good;
  }

  function say() {
    const rule = rules[topic.value][policy.value];
    if (!stop.checked) return note.say(`While a window does not read, ${rule}.`);
    const waits = unread.length < credit() ? '' : ` At the server ${rule}.`;
    note.say(`Not reading. ${unread.length} of ${credit()} events came, unread and not acknowledged.${waits}`);
  }

  stop.onchange = () => {
    if (stop.checked) {
      stopped = performance.now();
      return say();
    }
    const late = unread;
    unread = [];
    read(late);
    resumed = `Reads on after ${((performance.now() - stopped) / 1000).toFixed(1)} s: ${late.length} events were on the way,`;
  };
  for (const control of [topic, rate, policy, buffer]) control.onchange = open;
  $('stream-form').onsubmit = (e) => e.preventDefault();
  session.on('up', () => {
    sub = stats = '';
    ahead = performance.now() / 1000 - session.me.clock.time / 1e9;
    open();
  });
  tabs.onShow((page) => (page === 'streamed' ? open() : close()));

  function draw() {
    if ($('streamed').hidden || !session.client) return; // what stood there last stays
    for (const good of goods.values()) {
      while (good.points.length > 1 && good.points[1][0] < now() - span) good.points.shift();
      write(good);
      drawSteps(good.canvas, good.points, now(), span, good.color);
    }
    const full = bars.slice(0, -1); // the second that runs is not over
    const recent = full.slice(-10);
    const speed = recent.reduce((sum, [came]) => sum + came, 0) / (recent.length || 1);
    $('stream-facts').textContent = `${speed.toFixed(1)} /s · ${count(sums.came)} came · ${count(sums.lost)} lost`;
    const empty = Array.from({ length: seconds - full.length }, () => [0, 0]);
    drawBars($('stream-bars'), [...empty, ...full], ' /s');
  }

  setInterval(draw, 100);
  bars.push([0, 0]);
  setInterval(() => {
    if (!session.client) return;
    bars.push([0, 0]);
    if (bars.length > seconds + 1) bars.shift();
  }, 1000);
}

/** Writes a good's numbers. */
function write({ price, since, seen, cells }) {
  const total = price.moves - since;
  cells.price.textContent = price.price.toFixed(2);
  cells.change.textContent = `${price.change < 0 ? '\u2212' : '+'}${Math.abs(price.change).toFixed(2)} %`;
  cells.seen.textContent = `${count(seen)} of ${count(total)}`;
}
