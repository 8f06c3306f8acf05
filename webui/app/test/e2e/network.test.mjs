// The Network panel on the real game: who is connected, what goes over the wire, which limit was hit,
// and what a person can do about it, by the word of other clients.

import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';
import { Browser, calm, enter, live, number, open, show } from './harness/browser.mjs';
import { Client, refusal } from './harness/client.mjs';
import { Game } from './harness/game.mjs';
import { until } from './harness/until.mjs';

describe('the network panel', () => {
  let game;
  let browser;
  let page;
  let anna;
  let bert;
  before(async () => {
    game = await Game.start();
    browser = await Browser.start();
    page = await browser.page();
    anna = await Client.open(game);
    await anna.call('session.login', { name: 'anna' });
    bert = await Client.open(game);
    await bert.call('session.login', { name: 'bert' });
    await enter(page, game.link);
    await show(page, 'Network');
  });
  afterEach(() => calm(page));
  after(async () => {
    await browser?.close();
    await game?.dispose();
  });

  const view = (title) => page.getByRole('tab', { name: new RegExp(`^${title}`) });
  const grid = (name) => page.getByRole('grid', { name });
  const row = (table, text) => grid(table).getByRole('row').filter({ hasText: text });
  const status = (pattern) => page.getByRole('contentinfo').getByText(pattern);
  const filter = () => page.getByRole('textbox', { name: 'Filter messages' });
  const messages = () => row('Messages', /→ in|← out/);

  /** What a row shows in the column with a title, and with a unit where two have the same. */
  async function cell(table, text, title) {
    const heads = grid(table).getByRole('columnheader');
    await heads.first().waitFor(); // the view was only just chosen
    const titles = await heads.allTextContents();
    const at = titles.findIndex((t) => t.replace(/[▴▾]/g, '') === title);
    assert.ok(at >= 0, `${title} is none of ${titles.join(', ')}`);
    return row(table, text).first().getByRole('gridcell').nth(at).textContent();
  }

  /** How many subscriptions a topic has, by the game's own word. */
  async function subscribers(topic) {
    const topics = await anna.call('topic.list');
    return topics.find((t) => t.name === topic)?.subscribers ?? 0;
  }

  test('shows who is connected, and which one is this page', async () => {
    await row('Clients', 'bert').waitFor();
    assert.equal(await cell('Clients', 'anna', 'Role'), 'drive');
    assert.match(await cell('Clients', 'anna', 'Address'), /^127\.0\.0\.1:\d+$/);
    await row('Clients', /guest-\d+you/).waitFor();
    assert.equal(await grid('Clients').getByText('you', { exact: true }).count(), 1);
    await view('Clients 3').waitFor();
    await until(
      'the round trip is measured',
      () => cell('Clients', 'anna', 'Round tripms').then(number),
      (ms) => ms > 0 && ms < 1000,
    );
    const carla = await Client.open(game);
    await carla.call('session.login', { name: 'carla' });
    await row('Clients', 'carla').waitFor();
    await carla.close();
    await row('Clients', 'carla').waitFor({ state: 'hidden' });
  });

  test('shows what a client sends and is sent by the second', async () => {
    let stop = false;
    const talk = (async () => {
      while (!stop) await anna.call('echo', { text: 'x'.repeat(1000) });
    })();
    try {
      for (const title of ['InKiB/s', 'OutKiB/s', 'Inmsg/s', 'Outmsg/s']) {
        await until(
          `${title} of anna`,
          () => cell('Clients', 'anna', title).then(number),
          (n) => n > 10,
        );
      }
      assert.equal(await cell('Clients', 'bert', 'InKiB/s'), '0.0', 'bert is silent');
      await until(
        'the whole traffic',
        () => page.getByRole('region', { name: 'Bytes' }).locator('header').textContent(),
        (text) => /in \d/.test(text) && /out \d/.test(text),
      );
      await view('Methods').click();
      await until(
        'calls of echo',
        () => cell('Methods', 'echo', 'Calls/s').then(number),
        (n) => n > 10,
      );
      assert.ok(number(await cell('Methods', 'echo', 'InB/call')) > 500);
    } finally {
      stop = true;
      await talk;
    }
  });

  test('counts calls that fail, and events of queues', async () => {
    await view('Methods').click();
    for (let i = 0; i < 3; i++) await refusal(bert.call('cvar.set', { name: 'physics.bounce', value: 7 }));
    await until(
      'the failed calls of cvar.set',
      () => cell('Methods', 'cvar.set', 'Failed'),
      (text) => text === '✕ 3',
    );
    await bert.call('sub.open', { id: 'lobby', topic: 'lobby' });
    await anna.call('topic.publish', { topic: 'lobby', data: 1 });
    await anna.call('topic.publish', { topic: 'lobby', data: 2 });
    await view('Queues').click();
    await until(
      'what was published to the group',
      () => cell('Queues', 'lobby', 'Published'),
      (text) => text === '2',
    );
    assert.equal(await cell('Queues', 'lobby', 'Kind'), 'group');
  });

  test('marks a limit that was hit since the page was opened', async () => {
    await view('Limits').click();
    await row('Limits', 'batch').waitFor();
    const before = await cell('Limits', 'batch', 'Hit since opened');
    assert.equal(before, '0');
    assert.equal(await cell('Limits', 'batch', 'Value'), '1\u202f000');
    const batch = Array.from({ length: 1001 }, (_, id) => ({ jsonrpc: '2.0', id, method: 'echo' }));
    await bert.raw(JSON.stringify(batch));
    await until(
      'the hit',
      () => cell('Limits', 'batch', 'Hit since opened'),
      (text) => text === '▲ 1',
    );
    await view('Limits ▲ \\d hit').waitFor(); // a slow machine may hit another
    await page.getByRole('textbox', { name: 'Filter limits' }).fill('hit');
    await status(/filtered: \d of \d+ limits/).waitFor();
    await page.getByRole('textbox', { name: 'Filter limits' }).press('Escape');
    await status(/filtered/).waitFor({ state: 'detached' });
  });

  test('shows raw messages of others, filtered by text, client and direction', async () => {
    await view('Wire').click();
    await row('Messages', /recorded from here/).waitFor();
    await anna.call('echo', { said: 'hello from anna' });
    await bert.call('echo', { said: 'hello from bert' });
    await row('Messages', /→ in.*anna.*echo.*hello from anna/).waitFor();
    await row('Messages', /← out.*bert.*answer.*hello from bert/).waitFor();
    assert.equal(await row('Messages', /guest-/).count(), 0, "this page's own are hidden");

    await filter().fill('FROM ANNA');
    await until(
      'what bert said is hidden',
      () => row('Messages', 'hello from bert').count(),
      (n) => n === 0,
    );
    assert.equal(await messages().count(), 2, 'the call and its answer');
    await status(/filtered: 2 of [\d\u202f]+ recorded messages/).waitFor();
    await row('Messages', 'recorded from here: only messages with “FROM ANNA”').waitFor();
    await filter().press('Escape');
    await row('Messages', 'hello from bert').first().waitFor();

    await page.getByRole('textbox', { name: 'Client' }).fill('BERT');
    await page.getByRole('button', { name: '← out' }).click();
    await until(
      'only what goes to bert',
      () => messages().allTextContents(),
      (all) => all.length > 0 && all.every((text) => /← out.*bert/.test(text)),
    );
    await status(/filtered/)
      .getByRole('button')
      .click();
    await row('Messages', /→ in.*anna/)
      .first()
      .waitFor();
  });

  test('lays a message out, whole', async () => {
    await row('Messages', /→ in.*anna.*hello from anna/)
      .first()
      .click();
    const detail = page.getByRole('region', { name: 'Message', exact: true });
    await detail.getByRole('heading', { name: '→ in anna' }).waitFor();
    const text = await detail.getByRole('region', { name: 'Text of the message' }).textContent();
    assert.match(text, /^\{\n {2}"jsonrpc": "2\.0",\n {2}"id": \d+,/);
    assert.match(text, /"params": \{\n {4}"said": "hello from anna"\n {2}\}/);
    assert.equal(await detail.getByRole('button', { name: /Call again/ }).count(), 0, 'it is a call of another');
    await page.keyboard.press('Escape');
    await detail.getByText('Select a message').waitFor();
    await page.getByRole('button', { name: /to the end|new/ }).click();
  });

  test('shows no secret of a login', async () => {
    await anna.call('sub.open', { id: 'tap', topic: 'wire', policy: 'all' });
    await filter().fill('session.login'); // or the streams of the second page bury it
    await row('Messages', 'only messages with “session.login”').waitFor();
    const link = game.link;
    const second = await browser.page();
    await enter(second, link);
    await row('Messages', /→ in.*session\.login/)
      .first()
      .waitFor();
    const token = await second.evaluate(() => sessionStorage.getItem('scry.token'));
    await second.close();
    const told = await until(
      'the login and its answer',
      () => JSON.stringify(anna.events('tap')),
      (text) => text.includes('session.login') && text.includes('not shown'),
    );
    assert.ok(token.length > 20, 'the login granted a token');
    for (const [what, secret] of Object.entries({ code: link.split('#c=')[1], token, script: game.token })) {
      assert.ok(!told.includes(secret), what);
      assert.ok(!(await grid('Messages').textContent()).includes(secret), `${what}, on the page`);
    }
    await anna.call('sub.close', { id: 'tap' });
    await filter().press('Escape');
  });

  test('makes a call of one’s own again, with other params', async () => {
    await page.getByRole('button', { name: /^own/ }).click();
    await filter().fill('time.speed');
    await row('Messages', 'only messages with “time.speed”').waitFor();
    const box = page.getByRole('combobox', { name: /Search/ });
    await open(page, 'Control+Shift+p', box);
    await box.fill('>run the game at 0.5');
    await box.press('Enter');
    await row('Messages', /→ in.*"method":"time\.speed"/)
      .first()
      .click();
    await page.getByRole('button', { name: /Call again/ }).click();
    const params = page.getByRole('textbox', { name: 'Params of time.speed' });
    assert.deepEqual(JSON.parse(await params.inputValue()), { factor: 0.5 });
    await params.fill('{"factor": ');
    await params.press('Control+Enter');
    await page.getByText('The params are not a JSON object or array').waitFor();
    await params.fill('{"factor": -1}');
    await params.press('Control+Enter');
    await page.getByText('✕ refused').waitFor();
    await params.fill('{"factor": 1}');
    await params.press('Control+Enter');
    await page.getByText('✓ answered').waitFor();
    await until(
      'the game runs at its own speed',
      () => anna.call('time.status'),
      (time) => time.speed === 1,
    );
    assert.match(await page.getByRole('region', { name: 'The answer' }).textContent(), /"speed": 1/);
    await params.press('Escape');
    await params.press('Escape');
    await params.waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Close the message' }).click();
    await filter().press('Escape');
    await page.getByRole('button', { name: /^own/ }).click();
  });

  test('is recorded only while it is wanted and looked at', async () => {
    assert.equal(await subscribers('wire'), 1);
    await page.getByRole('button', { name: 'Pause recording' }).click();
    await until(
      'the game is not asked for messages',
      () => subscribers('wire'),
      (n) => n === 0,
    );
    await status(/wire is not recorded/).waitFor();
    await page.getByRole('button', { name: '● Record' }).click();
    await until(
      'it is again',
      () => subscribers('wire'),
      (n) => n === 1,
    );
    await view('Clients').click();
    await until(
      'nor while another view is shown',
      () => subscribers('wire'),
      (n) => n === 0,
    );
    assert.equal(await subscribers('stats'), 1);
    await show(page, 'Console');
    await until(
      'no counters while another panel is shown',
      () => subscribers('stats'),
      (n) => n === 0,
    );
    await show(page, 'Network');
    await until(
      'the counters again',
      () => subscribers('stats'),
      (n) => n === 1,
    );
  });

  test('keeps the view and its filter in the address', async () => {
    await view('Wire').click();
    await filter().fill('sub.event');
    await page.getByRole('textbox', { name: 'Client' }).fill('bert');
    await until(
      'the address',
      () => page.url(),
      (url) => /#\/network\?/.test(url) && /v=wire/.test(url) && /wire=sub\.event/.test(url) && /client=bert/.test(url),
    );
    await page.reload();
    await until(
      'the filter after the reload',
      () => filter().inputValue(),
      (text) => text === 'sub.event',
    );
    assert.equal(await page.getByRole('textbox', { name: 'Client' }).inputValue(), 'bert');
    await row('Messages', 'recorded from here: only messages of bert, with “sub.event”').waitFor();
    await page.keyboard.press('1');
    await grid('Clients').waitFor();
    await page.keyboard.press('/');
    await until(
      'the focus in the filter',
      () => page.evaluate(() => document.activeElement?.getAttribute('aria-label')),
      (label) => label === 'Filter clients',
    );
    await page.keyboard.press('Escape');
  });

  test('opens the wire of one client from its row', async () => {
    await row('Clients', 'anna').hover();
    await page.getByRole('button', { name: 'Watch the messages of anna' }).click();
    assert.equal(await page.getByRole('textbox', { name: 'Client' }).inputValue(), 'anna');
    await page.getByRole('textbox', { name: 'Client' }).press('Escape');
    await filter().fill('');
    await view('Clients').click();
  });

  test('closes a session, once it is said again, and tells it why', async () => {
    const emil = await Client.open(game);
    await emil.call('session.login', { name: 'emil' });
    await row('Clients', 'emil').waitFor();
    await row('Clients', 'emil').hover();
    await page.getByRole('button', { name: 'Close the session of emil' }).click();
    const question = page.getByRole('form', { name: 'Close the session of emil?' });
    await question.getByRole('button', { name: 'Keep it' }).click();
    await question.waitFor({ state: 'detached' });
    await row('Clients', 'emil').hover();
    await page.getByRole('button', { name: 'Close the session of emil' }).click();
    await question.getByRole('textbox').fill('tea time');
    await question.getByRole('button', { name: 'Close emil' }).click();
    const { code, reason } = await emil.closed;
    assert.equal(code, 4403);
    assert.match(reason, /tea time/);
    await row('Clients', 'emil').waitFor({ state: 'hidden' });
  });

  test('refuses new connections, and lets them in again', async () => {
    const door = page.getByRole('button', { name: /^Door/ });
    await door.click();
    await page.getByRole('button', { name: 'Refuse …' }).click();
    const question = page.getByRole('form', { name: 'Let nobody else in?' });
    await question.getByRole('button', { name: 'Refuse new connections' }).click();
    const shut = page.getByRole('button', { name: /no new connections/ });
    await shut.waitFor();
    await assert.rejects(Client.open(game), 'nobody else gets in');
    await anna.call('echo');
    await shut.click();
    await page.getByRole('button', { name: 'Accept again' }).click();
    await door.waitFor();
    await (await Client.open(game)).close();
  });

  test('blocks addresses, but not its own', async () => {
    const field = page.getByRole('textbox', { name: 'Address to block' }); // the menu is still open
    await field.fill('127.0.0.1');
    await field.press('Enter');
    const own = page.getByRole('form', { name: 'Block 127.0.0.1?' });
    await own.getByRole('button', { name: 'Block 127.0.0.1' }).click();
    await own.getByText(/where this client itself comes from/).waitFor();
    await own.getByRole('button', { name: 'Do not block' }).click();
    await page.getByRole('button', { name: /^Door/ }).click();
    await field.fill('203.0.113.0/24');
    await field.press('Enter');
    await page.getByRole('button', { name: 'Block 203.0.113.0/24' }).click();
    await until(
      'the game blocks it',
      () => anna.call('network.status'),
      ({ blocked }) => blocked.includes('203.0.113.0/24'),
    );
    const menu = page.getByRole('button', { name: '1 blocked' });
    await menu.waitFor();
    await menu.click();
    await page.getByRole('button', { name: 'Unblock 203.0.113.0/24' }).click();
    await until(
      'the game lets it in again',
      () => anna.call('network.status'),
      ({ blocked }) => blocked.length === 0,
    );
    await page.keyboard.press('Escape');
  });

  test('a page whose session was ended says so, and stays away until it is told', async () => {
    const sessions = await anna.call('session.list');
    const me = sessions.find((s) => s.name.startsWith('guest'));
    await anna.call('session.close', { name: me.name, reason: 'closed for a test' });
    await page.getByText('This session was ended: closed for a test.').waitFor();
    assert.equal((await anna.call('session.list')).length, 2);
    await page.getByRole('button', { name: 'Connect again' }).click();
    await live(page);
    await row('Clients', 'anna').waitFor();
  });
});
