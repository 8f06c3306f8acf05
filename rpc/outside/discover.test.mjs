// rpc.discover: by OpenRPC's own tools it is a document, and the game takes what the document
// allows, refuses what it does not, and answers what it says.

import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import jsonSchema from '@json-schema-tools/meta-schema';
import openRPC from '@open-rpc/meta-schema';
import { MethodCallValidator, parseOpenRPCDocument, validateOpenRPCDocument } from '@open-rpc/schema-utils-js';
import Ajv from 'ajv';
import { Arguments, random } from './harness/arguments.mjs';
import { caller, close, connect, Game, soon } from './harness/game.mjs';

const copy = (value) => JSON.parse(JSON.stringify(value));

// What would end the conversation when the arguments are right.
const fatal = ['session.close', 'network.accept'];

/** Of which params of a method it depends on others whether they may stand: no schema of one tells. */
const together = {
  'input.key': ['/ticks'],
  'input.pointer': ['', '/button', '/ticks'],
};

describe('the document', () => {
  let game;
  let socket;
  let call;
  let document;
  let methods;
  let tests;
  before(async () => {
    tests = mkdtempSync(join(tmpdir(), 'scry-outside-'));
    game = await Game.start({ args: [`-tests=${tests}`] });
    socket = await connect(game);
    call = caller(socket);
    document = (await call('rpc.discover')).result;
    ({ methods } = await parseOpenRPCDocument(copy(document)));
  });
  after(async () => {
    if (socket) await close(socket);
    await game?.dispose();
    if (tests) rmSync(tests, { recursive: true });
  });

  /** The document of rpc's own tests, which has every form of a schema. */
  const ofTests = () => JSON.parse(readFileSync(new URL('../testdata/discover.json', import.meta.url), 'utf8'));

  test('is one by the validator of OpenRPC', () => {
    for (const doc of [document, ofTests()]) {
      const verdict = validateOpenRPCDocument(copy(doc));
      assert.equal(verdict, true, verdict.message);
      const broken = copy(doc);
      delete broken.methods[0].params;
      assert.notEqual(validateOpenRPCDocument(broken), true);
    }
  });

  test('is one by the newest meta-schema', () => {
    const ajv = new Ajv();
    ajv.addMetaSchema(jsonSchema.default ?? jsonSchema, 'https://meta.json-schema.tools');
    const valid = ajv.compile({ ...openRPC.default, $schema: undefined });
    for (const doc of [document, ofTests()]) {
      valid(doc);
      assert.deepEqual(valid.errors, null);
    }
  });

  test('has schemas that a strict validator can compile, of types that hold themselves too', () => {
    for (const doc of [document, ofTests()]) assert.doesNotThrow(() => new Schemas(doc));
  });

  test('says a summary, a role and each error of every method, and names none twice', () => {
    const names = document.methods.map((m) => m.name);
    assert.deepEqual(names, [...new Set(names)].sort());
    for (const method of document.methods) {
      assert.ok(method.summary, method.name);
      assert.ok(['view', 'edit', 'drive'].includes(method['x-role']), method.name);
    }
  });

  test('tells exactly what the game takes', async () => {
    const made = new Arguments(random(20261127));
    const says = new Verdict(methods);
    const schemas = new Schemas(document);
    let verdicts = 0;
    const known = methods.filter((m) => m.name !== 'echo'); // takes anything, for which OpenRPC has no words
    for (const method of known) {
      const tries = Array.from({ length: 60 }, () => made.right(method)).concat(made.spoiled(method));
      const sent = tries.filter((params) => !fatal.includes(method.name) || !says.allows(method, params));
      const answers = await Promise.all(sent.map((params) => call(method.name, params)));
      verdicts += answers.length;
      for (const [i, { result, error }] of answers.entries()) {
        if (result !== undefined && method.result) schemas.hold(method.name, result);
        const told = `${method.name} ${JSON.stringify(sent[i])}: ${error?.message ?? 'was taken'}`;
        if (!says.allows(method, sent[i])) assert.ok(refused(error), `the document says no: ${told}`);
        else if (refused(error)) assert.ok(says.open(method, error), `the document says yes: ${told}`);
      }
    }
    assert.ok(verdicts > 1000, `${verdicts} calls were judged`);
    await call('time.resume', { force: true });
  });

  test('takes integers of 64 bits as texts too, as it says in words, and no others', async () => {
    assert.match(document.info.description, /Integers of 64 bits may also come as decimal strings/);
    assert.equal((await call('log.tail', { after: '0', limit: 1 })).error, undefined);
    for (const after of ['', '-', '1.5', '1e3', ' 1', '0x1', '18446744073709551616']) {
      assert.equal((await call('log.tail', { after })).error?.code, -32602, after);
    }
    assert.equal((await call('sub.ack', { id: 'x', seq: '1' })).error?.data.path, '/seq');
  });

  test('tells what is answered', async () => {
    const schemas = new Schemas(document);
    const leaver = await connect(game);
    await caller(leaver)('session.login', { name: 'leaver' });
    await call('time.hold');
    const { rows } = (await call('world.list', { limit: 5 })).result;
    const calls = [
      ['asset.list', {}],
      ['cvar.list', {}],
      ['cvar.get', ['physics.gravity']],
      ['cvar.set', ['physics.gravity', 12]],
      ['cvar.reset', ['physics.gravity']],
      ['session.login', { name: 'reader' }],
      ['client.send', ['reader', null]],
      ['echo', [1]],
      ['log.tail', {}],
      ['memory.gc', {}],
      ['memory.stats', {}],
      ['memory.trackers', {}],
      ['memory.mark', ['before']],
      ['memory.marks', {}],
      ['memory.goroutines', {}],
      ['network.status', {}],
      ['network.block', ['203.0.113.0/24']],
      ['network.status', {}],
      ['network.unblock', ['203.0.113.0/24']],
      ['network.accept', [true]],
      ['session.list', {}],
      ['session.close', ['leaver', 'it is late']],
      ['time.hold', {}],
      ['time.step', [3]],
      ['time.speed', [2]],
      ['time.speed', [1]],
      ['time.status', {}],
      ['timing.list', {}],
      ['timing.stats', {}],
      ['topic.list', {}],
      ['topic.publish', ['group', 1]],
      ['world.kinds', {}],
      ['world.list', { limit: 50 }],
      ...rows.map((row) => ['world.get', [row.id]]),
      ['time.resume', {}],
    ];
    for (const [method, params] of calls) {
      const { result, error } = await call(method, params);
      assert.equal(error, undefined, method);
      schemas.hold(method, result);
    }
  });

  test('tells what topics send', async () => {
    const schemas = new Schemas(document);
    const topics = document['x-topics'].filter((t) => t.lane === 'text' && t.event);
    assert.ok(topics.length >= 3);
    for (const topic of topics) {
      const came = new Promise((done) => {
        socket.on('message', function read(data) {
          const { method, params } = JSON.parse(data);
          if (method !== 'sub.event' || params.id !== topic.name) return;
          socket.off('message', read);
          done(params.value);
        });
      });
      const { result, error } = await call('sub.open', { id: topic.name, topic: topic.name });
      assert.equal(error, undefined, topic.name);
      schemas.hold('sub.open', result);
      if (result.snapshot !== undefined) schemas.holdTopic(topic, 'snapshot', result.snapshot);
      await stir();
      schemas.holdTopic(topic, 'event', await soon(`an event of ${topic.name}`, came));
      await call('sub.close', [topic.name]);
    }
  });

  let stirred = 0;

  /** Makes happen what topics tell of. */
  async function stir() {
    await call('session.login', { name: 'stirred' });
    await call('session.login', { name: 'reader' });
    await call('cvar.set', { name: 'physics.gravity', value: 19 });
    await call('cvar.reset', ['physics.gravity']);
    await call('cvar.alternate', { name: 'physics.drag', values: [0.2, 0.3], every: 1, rounds: 1 });
    await call('command.run', { line: 'echo stirred' });
    await call('time.hold');
    await call('time.resume');
    await call('input.key', { code: 'KeyQ', ticks: 3 });
    const run = (await call('run.record', {})).result;
    await call('run.stop', { id: run?.id });
    await call('run.drop', { id: run?.id });
    await call('test.write', { name: 'stirred.test.js', text: `// ${(stirred += 1)}` });
    const { result } = await call('incident.freeze', { reason: 'stirred' });
    await call('incident.delete', { id: result.id });
    const level = JSON.stringify({ waves: [{ hunters: 1, quota: 5 }] });
    await call('asset.replace', { id: 'levels/meadow.json', data: Buffer.from(level).toString('base64') });
    const { id, components } = (await call('world.get', { id: 'player' })).result;
    const { path, value } = components.flatMap((c) => c.fields).find((f) => f.type === 'float' && !f.readOnly);
    await call('world.set', { id, path, value });
  }
});

/** Whether an error says that the params are wrong. */
const refused = (error) => error?.code === -32602 || (error?.code === 1005 && error.data.want !== undefined);

/** What the document says of params. */
class Verdict {
  constructor(methods) {
    this.calls = new MethodCallValidator({ methods });
  }

  /** Whether params are allowed. By position they are named first: the validator finds array.sort. */
  allows(method, params) {
    let named = params;
    if (Array.isArray(params)) {
      if (params.length > method.params.length) return false;
      named = Object.fromEntries(params.map((value, i) => [method.params[i].name, value]));
    }
    const names = method.params.map((p) => p.name);
    if (Object.keys(named).some((name) => !names.includes(name))) return false;
    // A missing param passes the validator when its schema allows anything.
    if (method.params.some((p) => p.required && !Object.hasOwn(named, p.name))) return false;
    return this.calls.validate(method.name, named).length === 0;
  }

  /**
   * Whether an error is about what a schema cannot say: the grammar of a text (a name, a
   * condition), a value whose type only the game knows, or params that depend on each other.
   */
  open(method, error) {
    if (together[method.name]?.includes(error.data.path ?? '')) return true;
    const [, first] = error.data.path?.split('/') ?? [];
    const param = method.params.find((p, i) => p.name === first || String(i) === first);
    const { type, enum: words, anyOf } = param?.schema ?? { type: 'none' };
    const array = type === 'array' || anyOf?.some((s) => s.type === 'array');
    return words === undefined && (type === 'string' || array || (type === undefined && !anyOf));
  }
}

/** The schemas of a document: what it says of params, results and events. */
class Schemas {
  constructor(document) {
    this.ajv = new Ajv();
    this.ajv.addSchema({ components: document.components }, 'document');
    this.methods = new Map(document.methods.map((m) => [m.name, m]));
    const all = document.methods.flatMap((m) => [...m.params.map((p) => p.schema), m.result?.schema]);
    all.push(...document['x-topics'].flatMap((t) => [...t.params.map((p) => p.schema), t.snapshot, t.event]));
    for (const schema of all) if (schema) this.validator(schema);
  }

  validator(schema) {
    const absolute = JSON.stringify(schema).replaceAll('"#/components/', '"document#/components/');
    return this.ajv.compile(JSON.parse(absolute));
  }

  hold(method, result) {
    this.check(method, this.methods.get(method).result.schema, result);
  }

  holdTopic(topic, what, value) {
    assert.ok(topic[what], `${topic.name} sends a ${what}, of which the document does not tell`);
    this.check(`${what} of ${topic.name}`, topic[what], value);
  }

  check(what, schema, value) {
    const valid = this.validator(schema);
    if (!valid(value))
      assert.fail(`${what}: ${this.ajv.errorsText(valid.errors)} in ${JSON.stringify(value).slice(0, 500)}`);
  }
}
