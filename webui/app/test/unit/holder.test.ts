import { signal } from '@preact/signals';
import { describe, expect, it } from 'vitest';
import type { LoginResult, TimeStatus } from '../../src/core/protocol';
import { otherHolder } from '../../src/shell/commands';

describe('who must be overruled to resume the game', () => {
  const holder = (time: Partial<TimeStatus> | null): string =>
    otherHolder({
      time: signal(time as TimeStatus | null),
      me: signal({ name: 'anna' } as LoginResult),
    });

  it.each([
    [null, ''],
    [{ held: false }, ''],
    [{ held: true, holder: 'anna' }, ''],
    [{ held: true, holder: 'game' }, ''], // whoever comes may resume it
    [{ held: true }, ''],
    [{ held: true, holder: 'bert' }, 'bert'],
  ])('%o', (time, want) => {
    expect(holder(time)).toBe(want);
  });
});
