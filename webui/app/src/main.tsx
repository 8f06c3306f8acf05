// The dashboard begins here: the code of a link is taken out of the address before anything else
// reads it, then the page is put together and connected.

import './styles/tokens.css';
import './styles/base.css';
import { render } from 'preact';
import { AppProvider } from './core/app';
import { takeCode } from './core/link';
import { record } from './core/record';
import { Session } from './core/session';
import { browserPorts } from './core/socket';
import { panels } from './panels';
import { bindPage } from './shell/commands';
import { startPanels } from './shell/loading';
import { Shell } from './shell/shell';

const code = takeCode();
// A link opened in this same tab only changes the fragment. Heard before Url hears it.
addEventListener('hashchange', (event) => {
  const fresh = takeCode(session.url.current());
  if (fresh === '') return;
  event.stopImmediatePropagation();
  session.socket.enter(fresh);
});
const session = new Session(panels, browserPorts());
record(session);
bindPage(session);
startPanels(session, panels);

const root = document.getElementById('app');
if (root !== null) {
  render(
    <AppProvider value={session}>
      <Shell session={session} />
    </AppProvider>,
    root,
  );
}
session.socket.start(code);
