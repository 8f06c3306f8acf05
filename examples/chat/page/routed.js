// Routed: messages to the one client that has a name.

import { $, clock, h, Log, Note, parse, show } from './dom.js';

export function mountRouted(session, tabs) {
  const [to, text] = [$('routed-to'), $('routed-text')];
  const note = new Note($('routed-note'));
  const log = new Log($('routed-log'));

  $('routed-form').onsubmit = async (e) => {
    e.preventDefault();
    note.clear();
    const message = { to: to.value, data: parse(text.value) };
    try {
      const { delivered } = await session.call('client.send', message);
      log.add(
        line(`to ${message.to}`, message.data, delivered ? 'delivered' : '▲ not delivered: it does not read', true),
      );
      text.value = '';
    } catch (error) {
      note.refuse(error, (name) => {
        to.value = name;
        note.clear();
        text.focus();
      });
    }
  };

  session.on('message', ({ from, data }) => {
    log.add(line(from, data, ''));
    if (!to.value) to.value = from;
    tabs.note('routed');
  });

  function line(who, data, meta, mine) {
    return h(
      'li',
      {},
      h('time', {}, clock()),
      h('span', { className: mine ? 'from me' : 'from' }, who),
      h('span', { className: 'text' }, show(data)),
      h('span', { className: 'meta' }, meta),
    );
  }

  return {
    /** Shows the tab, ready to write to somebody. */
    write(name) {
      tabs.show('routed');
      to.value = name;
      note.clear();
      text.focus();
    },
  };
}
