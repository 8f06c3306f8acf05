import { describe, expect, test } from 'vitest';
import { evaluate, isExpression, type Scope } from '../../src/core/expr';

function value(text: string, scope?: Scope): number {
  const result = evaluate(text, scope);
  if (!result.ok) throw new Error(`${text}: ${result.reason} at ${result.at}`);
  return result.value;
}

function fault(text: string, scope?: Scope): string {
  const result = evaluate(text, scope);
  return result.ok ? `came to ${result.value}` : `${result.at}: ${result.reason}`;
}

describe('evaluate', () => {
  test.each([
    ['12', 12],
    ['12*3', 36],
    ['2+3*4', 14],
    ['(2+3)*4', 20],
    ['-2^2', -4],
    ['2^3^2', 512],
    ['2^-1', 0.5],
    ['--3', 3],
    ['10-4-3', 3],
    ['7 % 4', 3],
    ['-1 % 4', 3],
    ['50%', 0.5],
    ['pi/2', Math.PI / 2],
    ['2pi', 2 * Math.PI],
    ['1k', 1000],
    ['1.5M', 1.5e6],
    ['1e3', 1000],
    ['.5', 0.5],
    ['1_000', 1000],
    ['18\u202f204', 18204],
    ['\u221286.07', -86.07],
    ['sqrt(2)^2', 2],
    ['min(3, 1, 2)', 1],
    ['clamp(140, 0, 100)', 100],
    ['inf', Infinity],
  ])('%s is %d', (text, want) => {
    expect(value(text)).toBeCloseTo(want, 9);
  });

  test('works on the value that is there', () => {
    expect(value('+=5', { current: 10 })).toBe(15);
    expect(value('-= 2', { current: 10 })).toBe(8);
    expect(value('*=2', { current: 10 })).toBe(20);
    expect(value('/=4', { current: 10 })).toBe(2.5);
    expect(value('^=2', { current: 3 })).toBe(9);
    expect(value('x*2+1', { current: 10 })).toBe(21);
    expect(fault('+=5')).toBe('0: there is no value to change');
  });

  test('converts units of the same dimension', () => {
    expect(value('16ms', { unit: 's' })).toBeCloseTo(0.016);
    expect(value('1m30s', { unit: 's' })).toBe(90);
    expect(value('1.5 s', { unit: 'ms' })).toBe(1500);
    expect(value('90deg', { unit: 'rad' })).toBeCloseTo(Math.PI / 2);
    expect(value('pi rad', { unit: '°' })).toBeCloseTo(180);
    expect(value('2km', { unit: 'm' })).toBe(2000);
    expect(value('5 m', { unit: 'm' })).toBe(5);
    expect(value('5 m/s', { unit: 'm/s' })).toBe(5);
    expect(value('4MiB', { unit: 'KiB' })).toBe(4096);
    expect(fault('16ms', { unit: 'm' })).toBe('2: ms cannot become m');
    expect(fault('16ms')).toBe('2: ms is a unit, this value has none');
  });

  test('says what is wrong and where', () => {
    expect(fault('')).toBe('0: empty');
    expect(fault('1+')).toBe('2: a value is missing');
    expect(fault('1+*2')).toBe('2: "*" is not expected here');
    expect(fault('(1+2')).toBe('4: a ) is missing');
    expect(fault('foo')).toBe('0: "foo" is not known');
    expect(fault('3,5')).toBe('1: decimals are written with a point');
    expect(fault('2**3')).toBe('1: a power is written with ^');
    expect(fault('constructor')).toBe('0: "constructor" is not known');
    expect(fault('1 toString')).toBe('2: "toString" is not known');
    expect(fault('sqrt 2')).toBe('5: sqrt needs ( )');
    expect(fault('clamp(1)')).toMatch(/takes 3 values/);
    expect(fault('inf-inf')).toBe('0: the result is not a number');
    expect(fault('('.repeat(100))).toMatch(/nested too deeply/);
    expect(fault(`${'2^'.repeat(100)}2`)).toMatch(/nested too deeply/);
    expect(fault('1'.repeat(300))).toMatch(/longer than 256/);
  });

  test('agrees with arithmetic on ten thousand random expressions', () => {
    const random = generator(1);
    for (let i = 0; i < 10_000; i++) {
      const { text, want } = tree(random, 4);
      const result = evaluate(text);
      if (Number.isNaN(want)) expect(result.ok, text).toBe(false);
      else expect(result.ok && close(result.value, want), `${text} = ${want}`).toBe(true);
    }
  });

  test('never throws and never hangs on garbage', () => {
    const random = generator(2);
    const alphabet = '0123456789.+-*/^%()=, _eEkmspixµ°#@\\"\u202f\u2212NaN';
    for (let i = 0; i < 20_000; i++) {
      let text = '';
      for (let n = Math.floor(random() * 24); n > 0; n--) text += alphabet[Math.floor(random() * alphabet.length)];
      const result = evaluate(text, { current: 1, unit: 'ms' });
      if (result.ok) expect(Number.isNaN(result.value)).toBe(false);
      else expect(result.at).toBeLessThanOrEqual(text.length);
    }
  });
});

test('isExpression tells a number from what must be worked out', () => {
  for (const plain of ['12', '-1.5', ' 3 ', '1e3', '18\u202f204', '']) expect(isExpression(plain), plain).toBe(false);
  for (const worked of ['12*3', '+=5', 'pi', '1k', '16ms']) expect(isExpression(worked), worked).toBe(true);
});

function close(a: number, b: number): boolean {
  return Object.is(a, b) || Math.abs(a - b) <= 1e-9 * Math.max(1, Math.abs(a), Math.abs(b));
}

/** mulberry32: the same numbers on every machine. */
function generator(seed: number): () => number {
  let a = seed;
  return () => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

function tree(random: () => number, depth: number): { text: string; want: number } {
  if (depth === 0 || random() < 0.2) {
    const n = Math.floor(random() * 1000) / 8;
    return { text: String(n), want: n };
  }
  const left = tree(random, depth - 1);
  const right = tree(random, depth - 1);
  const space = random() < 0.5 ? ' ' : '';
  const op = '+-*/'[Math.floor(random() * 4)];
  const text = `(${left.text}${space}${op}${space}${right.text})`;
  const [a, b] = [left.want, right.want];
  return { text, want: op === '+' ? a + b : op === '-' ? a - b : op === '*' ? a * b : a / b };
}
