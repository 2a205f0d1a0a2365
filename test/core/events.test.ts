import { describe, expect, it } from 'vitest';
import { EVENT_NAMES } from '../../src/core/events.ts';

describe('EVENT_NAMES', () => {
  it('lists every event there is', () => {
    expect(EVENT_NAMES).toEqual([
      'stateChange',
      'success',
      'failure',
      'ignored',
      'rejected',
      'timeout',
      'slow',
      'fallback',
      'healthCheck',
      'override',
      'reset',
      'leaseExpired',
      'slotFreed',
    ]);
  });
});
