import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { App, ToastAction } from '../../src/core/app';
import { Axis } from '../../src/core/axis';
import { Incidents } from '../../src/core/incidents';
import { Marks } from '../../src/core/marks';
import { MemoryStore } from '../../src/core/memory';
import type { Incident } from '../../src/core/protocol';
import { parsed } from '../../src/widgets/incidents/arm';

const incident = (id: string, more: Partial<Incident> = {}): Incident => ({
  id,
  kind: 'frame',
  reason: '62.0 ms, budget 16.7',
  frame: 1380,
  tick: 1380,
  time: 23e9,
  state: 'kept',
  from: 20e9,
  to: 24e9,
  firstFrame: 1200,
  lastFrame: 1439,
  frames: 240,
  bytes: 100_000,
  ...more,
});

describe('incidents', () => {
  let toasts: { text: string; action: ToastAction | undefined }[];
  let call: ReturnType<typeof vi.fn>;
  let fetched: string[];
  let answer: Response;
  let opened: { data: Blob; name: string }[];
  let app: App;
  let incidents: Incidents;
  beforeEach(() => {
    toasts = [];
    fetched = [];
    opened = [];
    call = vi.fn(async (method: string, params: Record<string, unknown>) =>
      method === 'incident.arm' ? { id: '1', by: 'you', ...params } : incident('7', { kind: 'client' }),
    );
    answer = new Response('bytes', {
      headers: { 'Content-Disposition': 'attachment; filename="garden-1380-frame.scry"' },
    });
    const axis = new Axis();
    axis.begin(0, 0, false);
    app = {
      axis,
      marks: new Marks(axis, () => new MemoryStore(axis)),
      rpc: { call },
      toast: (text: string, _tone: unknown, action: ToastAction | undefined) => toasts.push({ text, action }),
      fetch: async (path: string) => {
        fetched.push(path);
        return answer;
      },
      captures: { open: async (data: Blob, name: string) => void opened.push({ data, name }) },
    } as unknown as App;
    incidents = new Incidents(app);
  });

  it('stand on the time axis, but for plain captures', () => {
    incidents.take([incident('2', { kind: 'capture' }), incident('1')], false);
    expect(app.marks.between(0, 99)).toEqual([{ x: 23, kind: 'incident', label: 'long frame', frame: 1380 }]);
    incidents.take([], true);
    expect(app.marks.between(0, 99)).toEqual([]);
  });

  it('that the game makes by itself are told, and open from there', async () => {
    incidents.take([incident('1')], false); // was there before the page
    incidents.take([incident('2', { state: 'recording' }), incident('1')], true);
    incidents.take([incident('2', { frames: 300 }), incident('1')], true); // goes on
    incidents.take([incident('3', { kind: 'client' }), incident('2'), incident('1')], true); // somebody asked
    expect(toasts.map((t) => t.text)).toEqual([
      'The game kept what happened around frame #1\u202f380: 62.0 ms, budget 16.7',
    ]);
    toasts[0]?.action?.run();
    await vi.waitFor(() => expect(opened).toHaveLength(1));
    expect(fetched).toEqual(['capture/2']);
    expect(opened[0]?.name).toBe('garden-1380-frame.scry');
  });

  it('of long frames are told of once a minute: a slow machine has one after the other', () => {
    const at = (id: string, seconds: number, kind: 'frame' | 'log' = 'frame') =>
      incident(id, { kind, time: seconds * 1e9 });
    const list = [at('1', 100)];
    incidents.take([...list], true);
    list.unshift(at('2', 115), at('3', 120, 'log'));
    incidents.take([...list], true);
    expect(toasts).toHaveLength(2); // an error is told of in any case
    list.unshift(at('4', 170));
    incidents.take([...list], true);
    expect(toasts).toHaveLength(3);
  });

  it('are frozen by hand, with a way to open what was frozen', async () => {
    await incidents.freeze('odd');
    expect(call).toHaveBeenCalledWith('incident.freeze', { reason: 'odd' });
    expect(toasts[0]).toMatchObject({ text: 'Frozen at frame #1\u202f380', action: { label: 'Open' } });
  });

  it('come in other formats under a name of their own where the game gives none', async () => {
    answer = new Response('{}');
    const got = await incidents.get(incident('a/b'), 'chrome');
    expect([fetched, got?.name]).toEqual([['capture/a%2Fb?format=chrome'], 'capture-1380-frame.json']);
  });

  it('that are gone are said to be, in the words of the game', async () => {
    answer = new Response('there is no capture "1"\n', { status: 404 });
    await incidents.open(incident('1'));
    expect([toasts.map((t) => t.text), opened]).toEqual([['there is no capture "1"'], []]);
  });

  it('name no path of the disk', async () => {
    answer = new Response('x', { headers: { 'Content-Disposition': 'attachment; filename="../../etc/passwd"' } });
    expect((await incidents.get(incident('1'), 'scry'))?.name).toBe('capture-1380-frame.scry');
  });

  it('are made by conditions, which can be taken away', async () => {
    await incidents.arm('physics.gravity', '>', 20);
    expect(incidents.armed.value).toMatchObject([{ id: '1', cvar: 'physics.gravity', op: '>', value: 20 }]);
    await incidents.disarm('1');
    expect(incidents.armed.value).toEqual([]);
    call.mockRejectedValueOnce(new Error('16 conditions are armed already'));
    await expect(incidents.arm('a', '>', 1)).rejects.toThrow('armed already');
  });
});

describe('the value of a condition', () => {
  it.each([
    ['float', '2.5', 2.5],
    ['float', '\u22122', -2],
    ['int', '', ''],
    ['int', 'x', 'x'],
    ['bool', 'on', true],
    ['bool', 'false', false],
    ['duration', '16ms', '16ms'],
    ['enum', ' hard ', 'hard'],
  ] as const)('%s %s', (type, text, want) => {
    expect(parsed({ type }, text)).toBe(want);
  });
});
