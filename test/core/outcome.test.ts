import { describe, expect, it } from 'vitest';
import { outcomeOf } from '../../src/core/judge.ts';

describe('outcomeOf', () => {
  it.each([
    ['success', 'success'],
    ['failure', 'failure'],
    ['ignored', 'ignored'],
    [{ failure: true }, 'failure'],
    [{ failure: true, retryAfterMs: 250 }, 'failure'],
  ] as const)('takes the verdict %j for a %s', (verdict, expected) => {
    expect(outcomeOf(verdict)).toBe(expected);
  });
});
