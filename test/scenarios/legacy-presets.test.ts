import { describe, expect, it } from 'vitest';
import { presets } from '../../src/presets/index.ts';
import { breakerWith } from '../support/breaker.ts';
import { BOOM } from '../support/outcomes.ts';

/** LEGACY 5.J, rows 113 to 115; class names of Python errors have no counterpart, adaptive thresholds are an option of their own. */
describe('the presets of the earlier code base', () => {
  it('113: have the numbers that its tests name', () => {
    expect(presets.database).toMatchObject({ failureThreshold: 3, timeoutMs: 10_000 });
    expect(breakerWith(presets.database).breaker.getStatus().config.exponentialBackoff).toBe(true);
    expect(presets.authService).toMatchObject({ failureThreshold: 5, timeoutMs: 15_000 });
    expect(presets.llmService).toMatchObject({ recoveryTimeoutMs: 10_000, timeoutMs: 60_000, slowCallThresholdMs: 30_000 });
    expect(presets.redis).toMatchObject({ recoveryTimeoutMs: 20_000, timeoutMs: 5_000 });
  });

  it.each([
    ['database', 3],
    ['authService', 5],
    ['clickhouse', 4],
    ['redis', 5],
  ] as const)('114: %s has a threshold of %s, starts closed, and is closed after a reset', async (name, threshold) => {
    const { breaker } = breakerWith(presets[name]);
    const states = [breaker.state];
    for (let failure = 0; failure < threshold; failure += 1) await breaker.tryCall(() => Promise.reject(BOOM));
    states.push(breaker.state);
    breaker.reset();

    expect([...states, breaker.state]).toEqual(['closed', 'open', 'closed']);
  });

  it('115: the one for language models has 10 failures, 10 s and 60 s', () => {
    expect(presets.llmService).toMatchObject({ failureThreshold: 10, recoveryTimeoutMs: 10_000, timeoutMs: 60_000 });
  });
});
