// Echo: calls of one window, answered to that window.

import { $, clock, h, Log, Note, parse, show } from './dom.js';

const defaults = { echo: '', 'clock.now': '', 'dice.roll': '{"dice": 2, "sides": 6}' };
const most = 200; // rows

export function mountEcho(session) {
  const [service, params] = [$('echo-service'), $('echo-params')];
  const log = new Log($('echo-rows'), most, $('echo-scroll'));
  const note = new Note($('echo-note'));
  const trips = [];

  service.onchange = () => {
    params.value = defaults[service.value];
    params.disabled = service.value === 'clock.now';
    params.placeholder = params.disabled ? 'No params' : 'Text or JSON';
    note.clear();
  };

  $('echo-form').onsubmit = async (e) => {
    e.preventDefault();
    note.clear();
    const method = service.value;
    const sent = params.disabled ? undefined : parse(params.value);
    const began = performance.now();
    try {
      // Params are an object or a list (JSON-RPC 2.0, section 4.2), so other values go as a list of one.
      const boxed = sent !== undefined && (typeof sent !== 'object' || sent === null);
      const answer = await session.call(method, boxed ? [sent] : sent);
      add(method, sent, boxed && method === 'echo' ? answer[0] : answer, performance.now() - began);
    } catch (error) {
      note.refuse(error);
    }
  };

  function add(method, sent, answer, trip) {
    trips.push(trip);
    if (trips.length > most) trips.shift();
    const cells = [clock(), method, sent === undefined ? '' : show(sent), show(answer)];
    log.add(
      h(
        'tr',
        {},
        ...cells.map((text, i) => h('td', { className: i < 2 ? '' : 'mono', title: i < 2 ? '' : text }, text)),
        h('td', { className: 'num' }, trip.toFixed(1), h('span', { className: 'unit' }, ' ms')),
      ),
    );
    const sorted = trips.toSorted((a, b) => a - b);
    const facts = [
      `${trips.length} answered`,
      `median ${sorted[sorted.length >> 1].toFixed(1)} ms`,
      `longest ${sorted.at(-1).toFixed(1)} ms`,
    ];
    $('echo-facts').textContent = facts.join(' · ');
  }
}
