// The chat of examples/chat between two windows of two browsers: who comes in, the four ways to
// talk, who leaves, what a reload keeps, and how it comes back when the server was gone.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { after, before, describe, test } from 'node:test';
import { Browser, calm, noGame, number } from './harness/browser.mjs';
import { Chat } from './harness/chat.mjs';
import { until } from './harness/until.mjs';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Fills the way in. */
async function ask(page, name, password) {
  await page.getByRole('textbox', { name: 'Name' }).fill(name);
  if (password !== undefined) await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Come in' }).click();
}

/** Waits until the page is in, under a name. */
async function inside(page, name) {
  await until(
    `${name} is in`,
    () => page.title(),
    (title) => title === `${name} · Chat`,
  );
  await page
    .getByRole('status')
    .filter({ hasText: /^live$/ })
    .waitFor();
}

async function show(page, tab) {
  await page.getByRole('tab', { name: new RegExp(`^${tab}`) }).click();
  return page.getByRole('tabpanel', { name: new RegExp(`^${tab}`) });
}

/** The names of those who are here, in the order of the alphabet. */
async function here(page) {
  return (await page.getByRole('region', { name: 'Here' }).getByRole('button').allTextContents()).sort();
}

async function send(form, label, text) {
  await form.getByRole('textbox', { name: label, exact: true }).fill(text);
  await form.getByRole('button', { name: 'Send' }).click();
}

function room(page, name) {
  return page.getByRole('region', { name: `Room ${name}` });
}

async function join(page, name) {
  const panel = await show(page, 'Group');
  await panel.getByRole('textbox', { name: 'Room', exact: true }).fill(name);
  await panel.getByRole('button', { name: 'Join' }).click();
  await room(page, name).waitFor();
}

/** The lines of a list that somebody wrote, without the time. */
async function lines(list) {
  return (await list.getByRole('listitem').allInnerTexts()).map((line) =>
    line
      .split(/\s*\n\s*/)
      .slice(1)
      .join(' '),
  );
}

async function has(what, list, line) {
  await until(
    what,
    () => lines(list),
    (all) => all.includes(line),
  );
}

/** The numbers that the stream's head has, by their words. */
async function facts(page) {
  const text = await page.getByRole('group', { name: 'Counts' }).textContent();
  const fact = (word) => number(new RegExp(`([\\d.\\u2009]+) ${word}`).exec(text)?.[1]);
  return { rate: fact('/s'), came: fact('came'), lost: fact('lost') };
}

describe('a chat between two windows', () => {
  let chat;
  const browsers = [];
  let anna;
  let bob;
  before(async () => {
    chat = await Chat.start();
    for (let i = 0; i < 2; i++) browsers.push(await Browser.start());
    [anna, bob] = await Promise.all(browsers.map((browser) => browser.page()));
    await Promise.all([anna, bob].map((page) => page.goto(chat.url)));
  });
  after(async () => {
    for (const browser of browsers) await browser.close();
    await chat?.end();
  });

  test('a name that is taken is refused, and a free one offered', async () => {
    await ask(anna, 'anna');
    await inside(anna, 'anna');
    await ask(bob, 'Anna');
    await bob.getByText('Name "Anna" is taken.').waitFor();
    await bob.getByRole('button', { name: 'Use Anna-2' }).click();
    await inside(bob, 'Anna-2');
    await until(
      'anna sees both',
      () => here(anna),
      (names) => names.join() === 'Anna-2,anna',
    );
    await bob.getByRole('button', { name: 'Leave' }).click();
    await until(
      'anna sees that one left',
      () => here(anna),
      (names) => names.join() === 'anna',
    );
    await ask(bob, 'bad\u0007name');
    await bob.getByText(/^Name "bad\\aname" does not do: want 1 to 32 letters/).waitFor();
    await ask(bob, 'bob');
    await inside(bob, 'bob');
    await calm(anna);
    await calm(bob);
  });

  test('echo: the answer, and how long it took', async () => {
    const panel = await show(anna, 'Echo');
    const rows = panel.getByRole('row');
    for (const text of ['hello', '{"words":["a",1,null]}', 'null']) await send(panel, 'Text or JSON', text);
    await until(
      'three answers',
      () => rows.count(),
      (n) => n === 4,
    );
    for (const [i, text] of ['hello', '{"words":["a",1,null]}', 'null'].entries()) {
      const cells = await rows
        .nth(i + 1)
        .getByRole('cell')
        .allInnerTexts();
      assert.deepEqual(cells.slice(1, 4), ['echo', text, text]);
      assert.ok(number(cells[4]) > 0 && number(cells[4]) < 5000, cells[4]);
    }
    await panel.getByRole('combobox', { name: 'Service' }).selectOption('dice.roll');
    await panel.getByRole('button', { name: 'Send' }).click();
    await panel.getByRole('cell', { name: /^\{"eyes":\[[1-6],[1-6]\],"sum":\d+\}$/ }).waitFor();
    await send(panel, 'Text or JSON', '{"dice": 2, "sides": 1}');
    await panel.getByText('"sides" must be an integer from 2 to 100, not 1.').waitFor();
    await panel.getByRole('combobox', { name: 'Service' }).selectOption('clock.now');
    await panel.getByRole('button', { name: 'Send' }).click();
    await panel.getByRole('cell', { name: /^\{"time":"2\d{3}-/ }).waitFor();
    await calm(anna);
  });

  test('routed: to one, from one', async () => {
    await show(bob, 'Echo');
    await anna.getByRole('button', { name: 'bob', exact: true }).click();
    const panel = anna.getByRole('tabpanel', { name: 'Routed' });
    await send(panel, 'Message', 'are you there?');
    await has('it is delivered', panel.getByRole('list'), 'to bob are you there? delivered');
    await bob.getByRole('tab', { name: 'Routed 1' }).waitFor(); // one unread
    const other = await show(bob, 'Routed');
    await has('bob reads it', other.getByRole('list'), 'anna are you there?');
    await bob.getByRole('tab', { name: 'Routed', exact: true }).waitFor();

    assert.equal(
      await other.getByRole('combobox', { name: 'To' }).inputValue(),
      'anna',
      'who wrote is who is answered',
    );
    await other.getByRole('combobox', { name: 'To' }).fill('ana');
    await send(other, 'Message', 'yes');
    await other.getByText('Client "ana" is not known; nearest is "anna".').waitFor();
    await other.getByRole('button', { name: 'Use anna' }).click();
    await other.getByRole('button', { name: 'Send' }).click();
    await has('anna reads the answer', panel.getByRole('list'), 'bob yes');
    await calm(anna);
    await calm(bob);
  });

  test('group: two rooms at once, and a member that leaves', async () => {
    for (const page of [anna, bob]) await join(page, 'tea');
    await join(bob, 'cake');
    await send(room(anna, 'tea'), 'Message to tea', 'milk?');
    for (const page of [anna, bob]) await has('both read it', room(page, 'tea').getByRole('list'), 'anna milk?');
    await send(room(bob, 'cake'), 'Message to cake', 'all mine');
    await has('he reads it himself', room(bob, 'cake').getByRole('list'), 'bob all mine');
    await room(anna, 'tea').getByText('2 here').waitFor();

    await room(bob, 'tea').getByRole('button', { name: 'Leave' }).click();
    await room(bob, 'tea').waitFor({ state: 'detached' });
    await has('anna sees him leave', room(anna, 'tea').getByRole('list'), 'bob left');
    await room(anna, 'tea').getByText('1 here').waitFor();
    await send(room(anna, 'tea'), 'Message to tea', 'gone?');
    await has('she is alone', room(anna, 'tea').getByRole('list'), 'anna gone?');
    assert.equal(await room(anna, 'cake').count(), 0);

    await join(bob, 'tea'); // late
    const said = ['anna milk?', 'bob left', 'anna gone?', 'bob joined'];
    await until(
      'he sees what was said before',
      () => lines(room(bob, 'tea').getByRole('list')),
      (all) => all.slice(-said.length).join() === said.join(),
    );
    await calm(anna);
    await calm(bob);
  });

  test('streamed: prices at a rate, and what becomes of them while nobody reads', async () => {
    const panel = await show(anna, 'Streamed');
    await until(
      'a price that moves',
      () => panel.getByRole('row', { name: /AMBER/ }).getByRole('cell').allTextContents(),
      ([price, change, , seen]) =>
        /^1\d\d\.\d\d$/.test(price) && /^[+\u2212]\d\.\d\d %$/.test(change) && /^\d+ of \d\d$/.test(seen),
    );
    assert.equal(await panel.getByRole('rowheader').count(), 6);
    const choose = (name, value) => panel.getByRole('combobox', { name }).selectOption(value);
    await choose('Topic', 'moves');
    await choose('Rate', '5');
    const reads = async (what, holds) => until(what, () => facts(anna), holds, 20_000);
    await reads('the rate is five a second', ({ rate, came }) => came > 10 && rate > 3.5 && rate < 5.6);

    const stop = panel.getByRole('switch', { name: 'Stop reading' });
    await stop.check();
    await panel.getByText(/^Not reading\. 8 of 8 events came, .* the newest move waits/).waitFor();
    const stopped = await facts(anna);
    await until(
      'the server counts what is lost',
      () => anna.getByRole('region', { name: 'Here' }).getByRole('listitem').filter({ hasText: 'anna' }).textContent(),
      (row) => number(/lost ([\d\u2009]+)/.exec(row)?.[1]) > 100,
      20_000,
    );
    assert.deepEqual((await facts(anna)).came, stopped.came, 'nothing is read');
    await stop.uncheck();
    await panel.getByText(/^Reads on after [\d.]+ s: 8 events were on the way, \d+ were lost\.$/).waitFor();
    await reads('the stream goes on', ({ came, lost }) => came > stopped.came + 15 && lost > stopped.lost);

    await choose('Policy', 'all');
    await choose('Rate', '1');
    await reads('with the policy all every move comes', ({ came, lost }) => came > 100 && lost === 0);
    await panel.getByRole('term').filter({ hasText: 'published' }).waitFor();

    await choose('Policy', 'reliable');
    await panel.getByRole('spinbutton', { name: 'Buffer' }).fill('20');
    await panel.getByRole('spinbutton', { name: 'Buffer' }).press('Enter');
    await stop.check();
    const banner = anna.getByRole('status').filter({ hasText: 'too slow: 21 events of moves wait (4008)' });
    await banner.waitFor();
    await inside(anna, 'anna'); // by itself
    await reads('the stream goes on after that too', ({ came }) => came > 0);
    await calm(anna);
  });

  test('a reload keeps the name, the tab and the rooms', async () => {
    await bob.reload();
    await inside(bob, 'bob');
    await room(bob, 'cake').waitFor();
    await until(
      'anna sees one bob',
      () => here(anna),
      (names) => names.join() === 'anna,bob',
    );
    await calm(bob);
  });

  test('a server that ends and begins again is found again', async () => {
    assert.equal(await chat.end(), 0, 'it ends in order');
    const banner = anna.getByRole('status').filter({ hasText: 'Retrying' });
    await banner.getByText(/No server answers at|closed the connection|was lost/).waitFor();
    await chat.start();
    await banner.getByRole('button', { name: 'Retry now' }).click();
    for (const [page, name] of [
      [anna, 'anna'],
      [bob, 'bob'],
    ])
      await inside(page, name);
    await show(anna, 'Group');
    await join(bob, 'tea');
    await send(room(bob, 'tea'), 'Message to tea', 'here again');
    await has('the rooms are joined again', room(anna, 'tea').getByRole('list'), 'bob here again');
    await calm(anna, noGame);
    await calm(bob, noGame);
  });

  test('the keyboard is enough', async () => {
    await anna.getByRole('tab', { name: /^Group/ }).focus();
    await anna.keyboard.press('ArrowRight');
    await anna.getByRole('tabpanel', { name: 'Streamed' }).waitFor();
    await anna.keyboard.press('Home');
    await anna.getByRole('tabpanel', { name: 'Echo' }).waitFor();
    await anna.getByRole('combobox', { name: 'Service' }).focus();
    await anna.keyboard.press('e');
    await anna.getByRole('textbox', { name: 'Text or JSON' }).fill('by keys');
    await anna.keyboard.press('Enter');
    await anna.getByRole('cell', { name: 'by keys' }).first().waitFor();
  });

  for (const colorScheme of ['dark', 'light']) {
    test(`everybody can use it, ${colorScheme}`, async () => {
      await anna.emulateMedia({ colorScheme });
      for (const tab of ['Echo', 'Routed', 'Group', 'Streamed']) {
        await show(anna, tab);
        assert.deepEqual(await violations(anna), [], tab);
      }
      for (const size of [
        { width: 900, height: 700 },
        { width: 390, height: 780 },
      ]) {
        await anna.setViewportSize(size);
        for (const tab of ['Echo', 'Routed', 'Group', 'Streamed']) {
          await show(anna, tab);
          assert.equal(await anna.evaluate(() => document.documentElement.scrollWidth), size.width, `${tab} fits`);
        }
      }
      await anna.setViewportSize({ width: 1440, height: 900 });
      await calm(anna, noGame);
    });
  }
});

test('a chat with a password', async () => {
  const chat = await Chat.start('-password=open sesame');
  const browser = await Browser.start();
  try {
    const page = await browser.page();
    await page.goto(chat.url);
    await ask(page, 'anna');
    await page.getByText('This chat has a password.').waitFor();
    await ask(page, 'anna', 'open barley');
    await page.getByText('The password is not right.').waitFor();
    assert.deepEqual(await violations(page), []);
    await ask(page, 'anna', 'open sesame');
    await inside(page, 'anna');
    const wire = page.getByRole('region', { name: 'Wire' });
    await until(
      'both passwords went over the wire, unseen',
      () => wire.getByText('session.login {"name":"anna","code":"…"}').count(),
      (n) => n === 2,
    );
    assert.doesNotMatch(await wire.textContent(), /sesame|"token":"\w/);
    await page.reload();
    await inside(page, 'anna'); // by the token that it was given
    await calm(page);
  } finally {
    await browser.close();
    await chat.end();
  }
});

/** The violations of the rules of WCAG 2 A and AA. */
async function violations(page) {
  await page.evaluate(axe);
  return page.evaluate(async () => {
    const run = { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'], resultTypes: ['violations'] };
    const { violations } = await globalThis.axe.run(document, run);
    return violations.flatMap((v) =>
      v.nodes.slice(0, 3).map((n) => `${v.id}: ${n.html.slice(0, 160)} ${n.failureSummary?.slice(0, 240)}`),
    );
  });
}
