import { signal } from '@preact/signals';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { App } from '../../src/core/app';
import type { LoginResult, WireMessage } from '../../src/core/protocol';
import { Rpc } from '../../src/core/rpc';
import { everything, filterWords, matcher, paramsOf, type WireFilter } from '../../src/panels/network/wire/filter';
import { plain } from '../../src/panels/network/wire/list';
import { callOf, clientWords, tell, topKeys } from '../../src/panels/network/wire/message';
import { pretty } from '../../src/panels/network/wire/pretty';
import { type Kept, WireRing } from '../../src/panels/network/wire/ring';
import { WireRows } from '../../src/panels/network/wire/rows';
import { Wire } from '../../src/panels/network/wire/store';

const message = (text: string, more: Partial<WireMessage> = {}): WireMessage => ({
  client: 'anna',
  direction: 'in',
  time: 1e9,
  bytes: text.length,
  text,
  ...more,
});

const filter = (more: Partial<WireFilter> = {}): WireFilter => ({ ...everything, ...more });

const kept = (m: WireMessage, more: Partial<Kept> = {}): Kept => ({
  no: 0,
  message: m,
  own: false,
  under: everything,
  bytes: 0,
  ...more,
});

describe('the ring of messages', () => {
  it('is bounded in number and in bytes, and keeps its counts', () => {
    const few = new WireRing(1e9, 100);
    const small = new WireRing(20_000, 1e9);
    for (let i = 0; i < 3000; i++) {
      for (const ring of [few, small]) {
        if (i % 10 === 0) ring.remark('a note', everything);
        ring.push([message('x'.repeat(i % 50))], everything, () => i % 3 === 0);
      }
    }
    expect(few.size).toBe(100);
    expect(small.bytes).toBeLessThanOrEqual(20_000);
    expect(small.size).toBeGreaterThan(20);
    for (const ring of [few, small]) {
      const all = Array.from({ length: ring.size }, (_, i) => ring.numbered(ring.oldest + i) as Kept);
      expect(all.map((k) => k.no)).toEqual(all.map((_, i) => ring.oldest + i));
      expect(ring.end).toBe(3300);
      expect(ring.messages).toBe(all.filter((k) => k.message !== undefined).length);
      expect(ring.own).toBe(all.filter((k) => k.own).length);
      expect(ring.bytes).toBe(all.reduce((sum, k) => sum + k.bytes, 0));
    }
    few.clear();
    expect([few.size, few.bytes, few.messages, few.own, few.oldest]).toEqual([0, 0, 0, 0, 3300]);
  });

  it('keeps one message that is larger than its budget', () => {
    const ring = new WireRing(100, 10);
    ring.push([message('x'.repeat(4096))], everything, () => false);
    expect(ring.size).toBe(1);
  });
});

describe('the listed messages', () => {
  it('stay equal to a list made anew while messages come and go', () => {
    const ring = new WireRing(1e9, 50);
    const test = matcher(filter({ match: 'b' }), false);
    const rows = new WireRows(test);
    let random = 7;
    for (let step = 0; step < 600; step++) {
      random = (random * 48271) % 2147483647;
      const n = random % 9;
      ring.push(
        Array.from({ length: n }, (_, i) => message('abc'[(random + i) % 3] as string)),
        everything,
        () => random % 5 === 0,
      );
      const before = rows.size;
      const { came, went } = rows.sync(ring);
      expect(rows.size).toBe(before + came - went);
      if (step % 30 !== 0) continue;
      const fresh = new WireRows();
      fresh.rebuild(ring, test);
      const numbers = (r: WireRows): unknown[] => Array.from({ length: r.size }, (_, i) => r.row(i)?.no);
      expect(numbers(rows)).toEqual(numbers(fresh));
      expect(rows.messages).toBe(fresh.messages);
    }
  });

  it('take no newer messages while the view stands', () => {
    const ring = new WireRing();
    const rows = new WireRows();
    ring.push([message('a'), message('b')], everything, () => false);
    rows.sync(ring);
    ring.push([message('b')], everything, () => false);
    rows.rebuild(ring, matcher(filter({ match: 'b' }), true), rows.end);
    expect(rows.size).toBe(1);
    rows.sync(ring);
    expect(rows.size).toBe(2);
  });
});

describe('the filter', () => {
  const passes = (f: Partial<WireFilter>, k: Kept, own = true): boolean => matcher(filter(f), own)(k);

  it('is by client, direction and text, letters of ASCII in any case', () => {
    const k = kept(message('{"method":"Cvar.Set","params":{"name":"GRÖSSE.x"}}', { client: 'Anna' }));
    expect(passes({}, k)).toBe(true);
    expect(passes({ client: 'aNNa' }, k)).toBe(true);
    expect(passes({ client: 'ann' }, k)).toBe(false);
    expect(passes({ direction: 'out' }, k)).toBe(false);
    expect(passes({ match: 'cvar.set' }, k)).toBe(true);
    expect(passes({ match: 'cvar_set' }, k)).toBe(false);
    expect(passes({ match: '"Params":{' }, k)).toBe(true);
    expect(passes({ match: 'größe' }, k)).toBe(false);
    expect(passes({ match: 'grÖsse' }, k)).toBe(true);
    expect(passes({ match: 'grösse' }, k)).toBe(false); // as in the game
  });

  it('hides what is of this page, and never a note', () => {
    const own = kept(message('x'), { own: true });
    expect(passes({}, own, false)).toBe(false);
    expect(passes({}, own, true)).toBe(true);
    const note: Kept = { no: 0, note: 'recorded from here', own: false, under: everything, bytes: 0 };
    expect(passes({ client: 'anna', match: 'x', direction: 'in' }, note, false)).toBe(true);
  });

  it('trusts the game about what the page cannot see', () => {
    const many = message('x', { client: '*', to: 3, direction: 'out' });
    expect(passes({ client: 'anna' }, kept(many))).toBe(false);
    expect(passes({ client: 'ANNA' }, kept(many, { under: filter({ client: 'anna' }) }))).toBe(true);
    const cut = message('begin', { cut: true });
    expect(passes({ match: 'end' }, kept(cut))).toBe(false);
    expect(passes({ match: 'end' }, kept(cut, { under: filter({ match: 'End' }) }))).toBe(true);
  });

  it('is told in words, and asked of the game without what is empty', () => {
    const f = filter({ client: 'anna', direction: 'out', match: 'sub' });
    expect(filterWords(f)).toBe('of anna, from the game, with “sub”');
    expect(filterWords(everything)).toBe('');
    expect(paramsOf(f)).toEqual({ client: 'anna', direction: 'out', match: 'sub' });
    expect(paramsOf(everything)).toEqual({});
  });
});

describe('what a message is', () => {
  it.each([
    ['{"jsonrpc":"2.0","id":1,"method":"cvar.set","params":{"name":"a"}}', 'call', 'cvar.set', '{"name":"a"}'],
    ['{"jsonrpc":"2.0","method":"sub.ack","params":{"id":"x"}}', 'notice', 'sub.ack', '{"id":"x"}'],
    [' {"id": "a b", "result": [1, {"error": 2}]} ', 'answer', 'answer "a b"', '[1, {"error": 2}]'],
    [
      '{"id":7,"error":{"code":1005,"message":"\\"method\\":"}}',
      'error',
      'error 1005',
      '{"code":1005,"message":"\\"method\\":"}',
    ],
    [
      '{"jsonrpc":"2.0","method":"sub.event","params":{"id":"w.4","seq":1,"value":{"id":"no"}}}',
      'event',
      'w.4',
      '{"id":"no"}',
    ],
    ['[{"id":1,"method":"echo"}]', 'batch', 'batch', '[{"id":1,"method":"echo"}]'],
    ['not JSON', 'text', 'text', 'not JSON'],
    ['', 'text', 'text', ''],
    ['{"id":1,"method":"world.set","params":{"id":"9","val', 'call', 'world.set', '{"id":"9","val'],
    ['{"id":1,"meth', 'text', 'text', '{"id":1,"meth'],
  ])('%s', (text, kind, name, content) => {
    expect(tell(message(text))).toEqual({ kind, name, content });
  });

  it('is the header when it is binary', () => {
    const told = tell(message('timings {"seq":4}', { binary: true }));
    expect(told).toEqual({ kind: 'binary', name: 'timings', content: '{"seq":4}' });
  });

  it('is for one client or for several', () => {
    expect(clientWords(message('x'))).toBe('anna');
    expect(clientWords(message('x', { client: '*', to: 3 }))).toBe('3 clients');
    expect(plain(kept(message('x', { client: '*', to: 1200 })))).toBe('1.000  → in  1\u202f200 clients  1  x');
  });

  it('finds the members of an object as JSON.parse does', () => {
    const value = { a: '},"b":1', 'k"ey': [{ a: 2 }], n: -1.5e3, t: true, o: { a: { a: [] } }, e: '' };
    for (const text of [JSON.stringify(value), JSON.stringify(value, undefined, 2)]) {
      const found = topKeys(text);
      expect([...found.keys()]).toEqual(Object.keys(value));
      for (const [name, member] of Object.entries(value)) expect(JSON.parse(found.get(name) as string)).toEqual(member);
    }
  });

  it('can be called again when it was a whole call that stands by itself', () => {
    expect(callOf(message('{"id":1,"method":"cvar.set","params":{"name":"a","value":1}}'))).toEqual({
      method: 'cvar.set',
      params: '{"name":"a","value":1}',
    });
    expect(callOf(message('{"id":1,"method":"time.hold"}'))).toEqual({ method: 'time.hold', params: '{}' });
    for (const method of ['session.login', 'sub.open', '$/cancelRequest']) {
      expect(callOf(message(`{"id":1,"method":"${method}"}`))).toBeUndefined();
    }
    expect(callOf(message('{"id":1,"result":{}}', { direction: 'out' }))).toBeUndefined();
    expect(callOf(message('{"id":1,"method":"cvar.set"', { cut: true }))).toBeUndefined();
    expect(callOf(message('[{"id":1,"method":"time.hold"}]'))).toBeUndefined();
  });
});

describe('laid out for reading', () => {
  const text = (json: string): string =>
    pretty(json)
      .map((p) => p.text)
      .join('');

  it('is as JSON.stringify lays it out', () => {
    const values = [
      { a: 1, b: [], c: {}, d: [1, 'x:{,', null, true], e: { f: [[{ g: -1.5e-7 }]] }, 'k"': '\\"' },
      [[], {}, '', 0],
      'alone',
      12,
    ];
    for (const value of values) {
      const want = JSON.stringify(value, undefined, 2);
      expect(text(JSON.stringify(value))).toBe(want);
      expect(text(want)).toBe(want);
    }
  });

  it('keeps every digit', () => {
    expect(text('[12345678901234567890,1.10]')).toBe('[\n  12345678901234567890,\n  1.10\n]');
  });

  it('takes what was cut as far as it goes, at every place', () => {
    const whole = '{"a":[1,{"b":"c\\"d"}],"e":null}';
    for (let n = 0; n <= whole.length; n++) {
      expect(text(whole.slice(0, n)).replace(/\s/g, '')).toBe(whole.slice(0, n));
    }
  });

  it('tells keys from texts, numbers from words', () => {
    const tones = pretty('{"a":"b","c":[-1,null]}').filter((p) => p.tone !== 'mark');
    expect(tones.map((p) => [p.tone, p.text])).toEqual([
      ['key', '"a"'],
      ['text', '"b"'],
      ['key', '"c"'],
      ['number', '-1'],
      ['word', 'null'],
    ]);
  });
});

describe('the recording', () => {
  let sent: { id: number; method: string; params: Record<string, unknown> }[];
  let rpc: Rpc;
  let wire: Wire;
  beforeEach(() => {
    vi.useFakeTimers();
    sent = [];
    rpc = new Rpc();
    rpc.connect({
      send: (text) => {
        const all: unknown = JSON.parse(text);
        sent.push(...((Array.isArray(all) ? all : [all]) as typeof sent));
      },
    });
    rpc.open();
    wire = new Wire({ rpc, frame: { stir: vi.fn() }, me: signal({ name: 'me' } as LoginResult) } as unknown as App);
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  const asked = (): unknown[] => sent.filter((m) => m.method === 'sub.open').map((m) => m.params.params);
  async function answer(): Promise<(lost: number, ...messages: WireMessage[]) => void> {
    await Promise.resolve();
    const open = sent.findLast((m) => m.method === 'sub.open');
    rpc.receive(JSON.stringify({ id: open?.id, result: { id: open?.params.id, seq: 0 } }));
    await Promise.resolve();
    let seq = 0;
    return (lost, ...value) => {
      const params = { id: open?.params.id, seq: ++seq, frame: 0, tick: 0, time: 0, lost, value };
      rpc.receive(JSON.stringify({ method: 'sub.event', params }));
    };
  }
  const entries = (): string[] =>
    Array.from({ length: wire.ring.size }, (_, i) => {
      const k = wire.ring.numbered(wire.ring.oldest + i);
      return k?.note ?? `${k?.own ? 'own ' : ''}${k?.message?.text}`;
    });

  it('goes on only between open and close', async () => {
    expect(sent).toEqual([]);
    wire.open();
    const event = await answer();
    expect(wire.recording.value).toBe(true);
    event(0, message('a'), message('b', { client: 'me' }));
    expect(entries()).toEqual(['recorded from here', 'a', 'own b']);
    wire.close();
    await Promise.resolve();
    expect(sent.at(-1)?.method).toBe('sub.close');
    expect(wire.recording.value).toBe(false);
    event(0, message('late'));
    expect(entries()).toHaveLength(3);
  });

  it('says where messages are missing', async () => {
    wire.open();
    const event = await answer();
    event(3, message('a'));
    expect(entries()[1]).toMatch(/messages are missing/);
  });

  it('asks the game for other messages once the person has stopped typing, and says from where', async () => {
    wire.open();
    await answer();
    for (const match of ['s', 'su', 'sub']) wire.ask(filter({ match }));
    await Promise.resolve();
    expect(asked()).toEqual([{}]);
    vi.advanceTimersByTime(1000);
    const event = await answer();
    expect(asked()).toEqual([{}, { match: 'sub' }]);
    event(0, message('sub.event'));
    expect(entries()).toEqual(['recorded from here', 'recorded from here: only messages with “sub”', 'sub.event']);
    expect(wire.ring.newest?.under.match).toBe('sub');
    wire.ask(filter({ match: 'SUB' })); // the same to the game
    vi.advanceTimersByTime(1000);
    await Promise.resolve();
    expect(asked()).toHaveLength(2);
  });

  it('tells why the game refuses', async () => {
    wire.open();
    await Promise.resolve();
    const error = { code: 1003, message: 'topic "wire" needs the role drive', data: { kind: 'forbidden' } };
    rpc.receive(JSON.stringify({ id: sent[0]?.id, error }));
    await Promise.resolve();
    await Promise.resolve();
    expect(wire.fault.value).toBe('topic "wire" needs the role drive');
    expect(wire.recording.value).toBe(false);
  });
});
