import { describe, expect, it } from 'vitest';
import { quietly } from '../../src/core/untrusted.ts';

describe('quietly', () => {
  it.each([7, 'text', null, false])('gives %j where user code does', (value) => {
    expect(quietly(() => value)).toBe(value);
  });

  it('gives nothing where user code throws', () => {
    const given = quietly(() => {
      throw new Error('boom');
    });

    expect(given).toBeUndefined();
  });
});
