import { describe, expect, it } from 'vitest';
import { type Address, formatHash, parseHash, Url } from '../../src/core/url';

class Bar implements Address {
  text: string;
  pushed: string[] = [];
  private listener: () => void = () => undefined;

  constructor(text = '') {
    this.text = text;
  }
  hash(): string {
    return this.text;
  }
  replace(hash: string): void {
    this.text = hash;
  }
  push(hash: string): void {
    this.pushed.push(hash);
    this.text = hash;
  }
  onChange(f: () => void): void {
    this.listener = f;
  }
  /** The person goes somewhere: back, or an address by hand. */
  go(hash: string): void {
    this.text = hash;
    this.listener();
  }
}

const settled = (): Promise<void> => Promise.resolve().then(() => undefined);

describe('an address', () => {
  it.each([
    ['grav', 'a b', '#/cvars?q=grav&sel=a+b'],
    ['x > 10 and kind:hunter', '100%', '#/cvars?q=x+%3E+10+and+kind:hunter&sel=100%25'],
    ['ä&=+?#', '', '#/cvars?q=%C3%A4%26%3D%2B%3F%23&sel='],
  ])('keeps %j and %j', (q, sel, want) => {
    const hash = formatHash('cvars', [
      ['q', q],
      ['sel', sel],
    ]);
    expect(hash).toBe(want);
    const back = parseHash(hash);
    expect(back.panel).toBe('cvars');
    expect([...back.params]).toEqual([
      ['q', q],
      ['sel', sel],
    ]);
  });

  it.each(['', '#', '#/', '#c=secret', '#/../x?y', '#/%00'])('takes %j as no panel', (hash) => {
    expect(parseHash(hash).panel).toBe('');
  });
});

it('an address of before leads to the panel by its new name', () => {
  expect(parseHash('#/log?q=spawn').panel).toBe('console');
  const url = new Url(new Bar('#/log?q=spawn&hide=debug'));
  expect([url.panel.value, url.param('q', '', 'console').value]).toEqual(['console', 'spawn']);
});

describe('Url', () => {
  it('gives what stands in the address, and leaves defaults out', async () => {
    const bar = new Bar('#/cvars?q=grav');
    const url = new Url(bar);
    const q = url.param('q');
    const sort = url.param('sort', 'name');
    expect([url.panel.value, q.value, sort.value]).toEqual(['cvars', 'grav', 'name']);
    sort.value = 'value';
    await settled();
    expect(bar.text).toBe('#/cvars?q=grav&sort=value');
    q.value = '';
    sort.value = 'name';
    await settled();
    expect(bar.text).toBe('#/cvars');
    expect(bar.pushed).toEqual([]);
  });

  it('gives the same signal for the same name, another one in another panel', () => {
    const url = new Url(new Bar('#/cvars'));
    expect(url.param('q')).toBe(url.param('q', '', 'cvars'));
    expect(url.param('q')).not.toBe(url.param('q', '', 'world'));
  });

  it('keeps what a panel had while another is shown', async () => {
    const bar = new Bar('#/cvars');
    const url = new Url(bar);
    url.param('q').value = 'grav';
    await settled();
    url.go('world');
    expect(bar.text).toBe('#/world');
    url.go('cvars');
    expect(bar.text).toBe('#/cvars?q=grav');
    expect(bar.pushed).toEqual(['#/world', '#/cvars?q=grav']);
  });

  it('hands params to a panel that has not asked yet', () => {
    const bar = new Bar('#/overview');
    const url = new Url(bar);
    url.go('perf', { f: '1841' });
    expect(bar.text).toBe('#/perf?f=1841');
    expect(url.param('f').value).toBe('1841');
    url.go('perf', { f: '1842' });
    expect(url.param('f').value).toBe('1842');
    expect(bar.pushed).toHaveLength(1);
  });

  it('follows the back button, and an address by hand', async () => {
    const bar = new Bar('#/cvars?q=grav');
    const url = new Url(bar);
    const q = url.param('q');
    bar.go('#/world?id=7');
    expect(url.panel.value).toBe('world');
    expect(url.param('id').value).toBe('7');
    bar.go('#/cvars');
    await settled();
    expect([url.panel.value, q.value, bar.text]).toEqual(['cvars', '', '#/cvars']);
  });

  it('keeps names that nobody knows', async () => {
    const bar = new Bar('#/perf?f=3&later=x');
    const url = new Url(bar);
    url.param('f').value = '4';
    await settled();
    expect(bar.text).toBe('#/perf?f=4&later=x');
  });

  it('writes once for many changes of one moment', async () => {
    const bar = new Bar('#/perf');
    const url = new Url(bar);
    let writes = 0;
    bar.replace = (hash) => {
      writes++;
      bar.text = hash;
    };
    url.param('a').value = '1';
    url.param('b').value = '2';
    url.param('a').value = '3';
    await settled();
    expect(writes).toBe(1);
    expect(bar.text).toBe('#/perf?a=3&b=2');
  });
});
