import { describe, expect, it } from 'vitest';
import { CircuitBreakerConfigError, UnifiedCircuitBreaker } from '../../../src/index.ts';
import type { BreakerExtras } from '../../../src/index.ts';
import { problemsOfConfig } from '../../support/problems.ts';

const refused = (extras: unknown): readonly string[] => problemsOfConfig({ name: 'orders' }, extras as BreakerExtras);

describe('what a breaker is made with besides its options', () => {
  it.each([
    ['a trip policy without shouldTrip', { tripPolicy: {} }, 'Expected `tripPolicy` to be a policy with shouldTrip(), got an object'],
    ['a trip policy that is null', { tripPolicy: null }, 'Expected `tripPolicy` to be a policy with shouldTrip(), got null'],
    ['an unknown key', { tripPolicies: [] }, 'Unknown option `tripPolicies`; did you mean `tripPolicy`?'],
    ['null', null, 'Expected the options to be an object, got null'],
  ])('is not %s', (_what, extras, problem) => {
    expect(refused(extras)).toEqual([problem]);
  });

  it.each([[{}], [{ tripPolicy: undefined, restore: undefined }], [{ tripPolicy: { shouldTrip: () => null } }]])('may be %o', (extras) => {
    expect(refused(extras)).toEqual([]);
  });

  it('is refused in the name of the breaker', () => {
    const making = () => new UnifiedCircuitBreaker({ name: 'orders' }, { tripPolicy: {} } as never);

    expect(making).toThrow(CircuitBreakerConfigError);
    expect(making).toThrow('Circuit breaker "orders": ');
  });

  it('is refused in no name when there is none', () => {
    const making = () => new UnifiedCircuitBreaker({} as never, { tripPolicy: {} } as never);

    expect(making).toThrow('Circuit breaker "unnamed": ');
  });
});
