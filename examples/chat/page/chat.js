// The page: who comes in sees four tabs. Each of them is a file of its own and knows the session.

import { $, h, Note } from './dom.js';
import { mountEcho } from './echo.js';
import { mountGroup } from './group.js';
import { mountPeople } from './people.js';
import { mountRouted } from './routed.js';
import { Session } from './session.js';
import { mountStreamed } from './streamed.js';
import { Tabs } from './tabs.js';
import { mountWire } from './wire.js';

const socket = new URL('ws', location.href);
socket.protocol = location.protocol === 'https:' ? 'wss:' : 'ws:';
socket.hash = '';

const session = new Session(socket.href);
const tabs = new Tabs();
mountWire(session);
mountEcho(session);
const routed = mountRouted(session, tabs);
const people = mountPeople(session, (name) => routed.write(name));
mountGroup(session, tabs, people);
mountStreamed(session, tabs);
mountLogin();
mountFrame();
mountTheme();

/** The way in, and back in after a reload: what is remembered is this window's alone. */
function mountLogin() {
  const [name, code] = [$('login-name'), $('login-code')];
  const note = new Note($('login-note'));
  const button = document.querySelector('#login-form .primary');
  const known = JSON.parse(sessionStorage.getItem('chat') ?? '{}');
  const enter = () => session.enter({ name: name.value.trim(), code: code.value || undefined, token: known.token });

  $('login-form').onsubmit = (e) => {
    e.preventDefault();
    enter();
  };
  session.on('state', () => {
    const { state, error, suggest } = session;
    const inside = state === 'in' || state === 'lost';
    if (inside !== $('login').hidden) {
      $('login').hidden = inside;
      $('chat').hidden = !inside;
      if (!inside) name.focus();
    }
    button.disabled = state === 'entering';
    if (state === 'in') {
      Object.assign(known, { name: session.me.name, token: session.token });
      sessionStorage.setItem('chat', JSON.stringify(known));
      name.value = known.name;
      code.value = '';
      note.clear();
    } else if (state === 'entering') {
      note.say(session.stage === 'handshake' ? 'Handshake…' : 'Login…');
    } else if (state === 'out' && error) {
      note.refuse({ message: error, data: { suggest } }, (free) => {
        name.value = free;
        enter();
      });
      name.select();
    }
  });

  name.focus();
  if (!known.name) return;
  name.value = known.name;
  enter();
}

/** What stands above the tabs. */
function mountFrame() {
  $('leave').onclick = () => {
    session.leave();
    sessionStorage.clear();
    location.reload(); // nothing of the person who left is kept
  };
  $('banner-retry').onclick = () => session.retry();
  $('banner-name').onclick = () => session.retry(session.suggest);
  session.on('trip', (ms) => {
    $('trip').textContent = `${ms.toFixed(0)} ms`;
  });
  session.on('state', () => {
    const { state, error, suggest, retryIn, tries } = session;
    if (state !== 'in' && state !== 'lost') return;
    $('state').textContent = state === 'in' ? 'live' : 'offline';
    $('state').className = `state ${state}`;
    $('me').textContent = session.me.name;
    document.title = `${session.me.name} · Chat`;
    $('banner').hidden = state === 'in';
    $('banner-text').replaceChildren(
      h('b', {}, error),
      ` ${retryIn ? `Retrying in ${retryIn} s` : 'Retrying'}, try ${tries}. What you see stays.`,
    );
    $('banner-name').hidden = !suggest;
    $('banner-name').textContent = `Come in as ${suggest}`;
  });
}

/** Light or dark, as the system has it or as the person chose. */
function mountTheme() {
  const button = $('theme');
  const modes = ['system', 'dark', 'light'];
  const use = (mode) => {
    document.documentElement.dataset.theme = mode;
    button.textContent = `Theme: ${mode}`;
    localStorage.setItem('theme', mode);
  };
  button.onclick = () => use(modes[(modes.indexOf(document.documentElement.dataset.theme) + 1) % modes.length]);
  use(modes.includes(localStorage.getItem('theme')) ? localStorage.getItem('theme') : 'system');
}
