import { describe, expect, it } from 'vitest';
import { reasonInWords } from '../../examples/demo/reason.ts';

const figures = { consecutiveFailures: 10, windowCount: 40, currentErrorRate: 0.525, currentSlowCallRate: 0.5 };

describe('reasonInWords', () => {
  it.each([
    ['consecutive_failures', '10 consecutive failures'],
    ['error_rate', '53% of 40 calls failed'],
    ['slow_call_rate', '50% of 40 calls were slow'],
    ['probe_failed', 'a probe failed'],
    ['probe_slow', 'a probe was slow'],
    ['probes_succeeded', 'the probes succeeded'],
    ['wait_elapsed', 'the open duration is over'],
    ['lease_expired', 'lease expired'],
  ])('says %s with the figures that decided', (reason, words) => {
    expect(reasonInWords(reason, figures)).toBe(words);
  });
});
