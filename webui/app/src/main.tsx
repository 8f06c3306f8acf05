// The dashboard begins here: the code of a link is taken out of the address before anything else
// reads it, then the page is put together and connected; or, where the server has but a file to show,
// that is opened.

import './styles/tokens.css';
import './styles/base.css';
import { render } from 'preact';
import { AppProvider } from './core/app';
import { takeCode } from './core/link';
import { panels } from './panels';
import { Shell } from './shell/shell';
import { Stage, takeDrops } from './shell/stage';

const code = takeCode();
// The server of a file names its place: `<meta name="scry-capture" content="capture/garden.scry">`.
const served = document.querySelector<HTMLMetaElement>('meta[name="scry-capture"]')?.content ?? '';
// A link opened in this same tab only changes the fragment. Heard before Url hears it.
addEventListener('hashchange', (event) => {
  const fresh = takeCode(stage.shown.peek().url.current());
  if (fresh === '') return;
  event.stopImmediatePropagation();
  stage.leave();
  stage.live.socket.enter(fresh);
});
const stage = new Stage(panels, served === '');
takeDrops(stage);

function Page() {
  const session = stage.shown.value;
  return (
    <AppProvider value={session}>
      <Shell key={session.capture?.name ?? ''} session={session} stage={stage} />
    </AppProvider>
  );
}

const root = document.getElementById('app');
if (root !== null) render(<Page />, root);
if (served === '') stage.live.socket.start(code);
else void stage.openServed(served);
