// What the page itself can do: its keys, and its lines in the palette.

import { copyText } from '../core/clipboard';
import { mayFreeze } from '../core/incidents';
import type { KeyBinding, PaletteItem, Tab } from '../core/panel';
import type { Method, Methods } from '../core/protocol';
import type { Session } from '../core/session';
import { summon } from '../core/summon';
import type { Mode } from '../core/theme';
import { frameName } from '../core/units';
import { loaded } from './loading';
import { openCommands, openName, openPalette, openSheet } from './overlays';
import { OwnMethods } from './own';

const modes: readonly Mode[] = ['system', 'dark', 'light'];
const speeds: readonly number[] = [0.1, 0.25, 0.5, 1, 2, 4, 16];

/** Reports whether the game has a feature. */
export function runsOn(session: Session, feature: string): boolean {
  return session.me.value?.features.includes(feature) ?? false;
}

/** The panels that this game has. */
export function shownPanels(session: Session): Tab[] {
  return session.panels.filter((p) => p.feature === undefined || runsOn(session, p.feature));
}

/** Reports whether this client may hold the game. */
export function canDrive(session: Session): boolean {
  return session.me.value?.role === 'drive';
}

/** The next theme: system, dark, light, and again. */
export function toggleTheme({ theme }: Session): void {
  theme.set(modes[(modes.indexOf(theme.mode.peek()) + 1) % modes.length] as Mode);
}

function ask<M extends Method>(session: Session, method: M, params: Methods[M]['params']): void {
  session.rpc.call(method, params).catch((error: Error) => session.toast(error.message, 'bad'));
}

/** How long the game waits for a page that is loaded again, in seconds. */
const keep = 10;

/** Holds or resumes the game. */
export function setHold(session: Session, held: boolean): void {
  if (held) ask(session, 'time.hold', { keep });
  else ask(session, 'time.resume', {});
}

/** The other client that holds the game, whom only force overrules; '' when there is none. */
export function otherHolder({ time, me }: Pick<Session, 'time' | 'me'>): string {
  const { held = false, holder = '' } = time.value ?? {};
  return held && holder !== 'game' && holder !== me.value?.name ? holder : '';
}

/** Resumes the game although another client holds it. */
export function forceResume(session: Session): void {
  ask(session, 'time.resume', { force: true });
}

/** Runs ticks of a held game. */
export function step(session: Session, ticks = 1): void {
  if (otherHolder(session) === '') setHold(session, true); // a step alone holds only while the page is there
  ask(session, 'time.step', { ticks });
}

/** How fast the game's time goes. */
function setSpeed(session: Session, factor: number): void {
  ask(session, 'time.speed', { factor });
}

function toggleHold(session: Session): void {
  const time = session.time.peek();
  if (time !== null) setHold(session, !time.held);
}

function controlled(session: Session): boolean {
  return session.conn.peek().state === 'live' && (session.time.peek()?.controlled ?? false) && canDrive(session);
}

function isHeld(session: Session): boolean {
  return controlled(session) && (session.time.peek()?.held ?? false);
}

/** Keys of the whole page. */
export function pageKeys(session: Session): KeyBinding[] {
  const { view } = session;
  return [
    { keys: 'Mod+k', label: 'Find a panel, cvar, entity or command', inText: true, run: openPalette },
    { keys: 'Mod+Shift+p', label: 'Find a command', inText: true, run: openCommands },
    { keys: '?', label: 'Show all keys', run: openSheet },
    {
      keys: '`',
      label: 'Type a command; once more leads back',
      when: () => runsOn(session, 'log'),
      run: () => summon(session),
    },
    {
      keys: 'Space',
      label: 'Pause the view, or go live',
      when: () => session.capture === undefined,
      run: () => session.pauseView(!view.peek().paused),
    },
    {
      keys: 'Shift+Space',
      label: 'Hold the game, or resume it',
      when: () => controlled(session),
      run: () => toggleHold(session),
    },
    { keys: '.', label: 'Step one tick while the game is held', when: () => isHeld(session), run: () => step(session) },
    {
      keys: 'Shift+b',
      label: 'Freeze what just happened (black box)',
      when: () => mayFreeze(session),
      run: () => void session.incidents.freeze(),
    },
    { keys: '[', label: 'Cursor to the previous frame', run: () => stepCursor(session, -1) },
    { keys: ']', label: 'Cursor to the next frame', run: () => stepCursor(session, 1) },
    { keys: 'F6', label: 'Next panel', run: () => walk(session, 1) },
    { keys: 'Shift+F6', label: 'Previous panel', run: () => walk(session, -1) },
    ...shownPanels(session).map((p) => ({
      keys: `g ${p.key}`,
      label: `Go to ${p.title}`,
      run: () => session.go(p.id),
    })),
  ];
}

/** Pins the cursor one recorded frame earlier or later; Perf has keys of its own for that, which can do more. */
function stepCursor(session: Session, by: 1 | -1): void {
  const { cursor } = session;
  const { timings: t } = session.shown();
  const pin = cursor.pinned.peek();
  let i = pin === undefined ? t.count : cursor.indexAt(pin.x);
  if (i < 0) return;
  do i += by;
  while (i >= t.first && i < t.count && Number.isNaN(t.frame.at(i)));
  if (i < t.first || i >= t.count) return;
  session.pauseView(true, t.frame.at(i));
  cursor.pin(t.x.at(i));
}

function walk(session: Session, by: number): void {
  const panels = shownPanels(session);
  const at = panels.findIndex((p) => p.id === session.url.panel.peek());
  const next = panels[(at + by + panels.length) % panels.length];
  if (next !== undefined) session.go(next.id);
}

function command(id: string, title: string, run: () => void, keys?: string, words?: string): PaletteItem {
  return {
    id,
    group: 'Commands',
    title,
    run,
    ...(keys !== undefined && { keys }),
    ...(words !== undefined && { words }),
  };
}

function timeCommands(session: Session): PaletteItem[] {
  if (!controlled(session)) return [];
  const held = session.time.peek()?.held ?? false;
  const now = session.time.peek()?.speed ?? 1;
  const other = otherHolder(session);
  // All else would be refused while somebody else holds the game.
  if (other !== '') {
    return [command('force', `Resume the game that ${other} holds`, () => forceResume(session), undefined, 'force')];
  }
  return [
    held
      ? command('resume', 'Resume the game', () => setHold(session, false), 'Shift+Space')
      : command('hold', 'Hold the game', () => setHold(session, true), 'Shift+Space', 'freeze stop pause'),
    command('step', 'Step one tick', () => step(session), '.'),
    command('step10', 'Step 10 ticks', () => step(session, 10)),
    command('step60', 'Step 60 ticks', () => step(session, 60)),
    ...speeds
      .filter((s) => s !== now)
      .map((s) =>
        command(`speed${s}`, `Run the game at ${s}× speed`, () => setSpeed(session, s), undefined, 'slow motion fast'),
      ),
  ];
}

function captureCommands(session: Session): PaletteItem[] {
  const { capture, captures, incidents } = session;
  const words = 'file load scry black box incident offline';
  const [newest] = incidents.list.peek();
  return [
    ...(capture && captures.home
      ? [command('live', 'Back to the game', () => captures.leave(), undefined, 'live')]
      : []),
    command('capture-open', 'Open a capture…', () => captures.choose(), undefined, words),
    ...(mayFreeze(session)
      ? [command('freeze', 'Freeze what just happened', () => void incidents.freeze(), 'Shift+B', `${words} capture`)]
      : []),
    ...(newest && capture === undefined
      ? [
          command(
            'incident',
            `Open the newest incident, ${frameName(newest.frame)}`,
            () => void incidents.open(newest),
            undefined,
            words,
          ),
        ]
      : []),
  ];
}

function pageCommands(session: Session): PaletteItem[] {
  const paused = session.view.peek().paused;
  const theme = session.theme.mode.peek();
  const worst = session.timings.worst[0];
  return [
    ...captureCommands(session),
    ...(session.capture
      ? []
      : [command('pause', paused ? 'Go live' : 'Pause the view', () => session.pauseView(!paused), 'Space')]),
    ...timeCommands(session),
    ...(runsOn(session, 'memory') && !session.capture
      ? [command('gc', 'Collect garbage now', () => ask(session, 'memory.gc', {}), undefined, 'memory heap gc')]
      : []),
    ...(worst && runsOn(session, 'timings')
      ? [
          command('worst', `Open the worst frame, ${frameName(worst.frame)}`, () =>
            session.go('perf', { f: String(worst.frame) }),
          ),
        ]
      : []),
    ...modes
      .filter((m) => m !== theme)
      .map((m) =>
        command(`theme-${m}`, m === 'system' ? 'Theme as the system says' : `Theme ${m}`, () => session.theme.set(m)),
      ),
    command('name', 'Change the name by which others see you', openName, undefined, 'rename session client'),
    session.socket.remember
      ? command(
          'forget',
          'Forget this browser when its tab closes',
          () => remember(session, false),
          undefined,
          'token key login',
        )
      : command('remember', 'Remember this browser', () => remember(session, true), undefined, 'token key login'),
    command('keys', 'Show all keys', openSheet, '?'),
    command('address', 'Copy the address of what is shown', () => copyAddress(session), undefined, 'link url share'),
  ];
}

function remember(session: Session, on: boolean): void {
  session.socket.remember = on;
  session.toast(on ? 'This browser is remembered' : 'The key is kept for this tab only');
}

function copyAddress(session: Session): void {
  if (copyText(location.href)) session.toast('Address copied');
  else session.toast('The browser did not let this page copy', 'bad');
}

function panelItems(session: Session): PaletteItem[] {
  return shownPanels(session).map((p) => ({
    id: p.id,
    group: 'Panels',
    title: p.title,
    keys: `g ${p.key}`,
    run: () => session.go(p.id),
  }));
}

/** Brings the page's keys and palette lines to life. */
export function bindPage(session: Session): void {
  session.palette.add(() => panelItems(session));
  session.palette.add(() => pageCommands(session));
  const own = new OwnMethods(session);
  session.palette.add(() => own.items());
  session.palette.add(() => shownPanels(session).flatMap((p) => loaded(p.id)?.palette?.(session) ?? []));
  session.ends.push(session.keys.listen());
}
