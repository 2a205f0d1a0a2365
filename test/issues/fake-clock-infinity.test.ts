import { expect, it } from 'vitest';
import { FakeClock } from '../../src/testing/index.ts';

it('refuses to advance for ever, because no time would be left', () => {
  const clock = new FakeClock();

  expect(() => clock.advance(Number.POSITIVE_INFINITY)).toThrow(RangeError);
  expect(() => clock.freeze(Number.POSITIVE_INFINITY)).toThrow(RangeError);
  expect(clock.now()).toBe(0);
});
