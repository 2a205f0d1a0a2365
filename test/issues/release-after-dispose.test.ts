import { expect, it } from 'vitest';
import { silentBreakerWith } from '../support/breaker.ts';

it.each(['release', 'forceClose', 'trip', 'reset'] as const)('changes nothing by %s() after dispose()', (order) => {
  const { breaker } = silentBreakerWith();
  breaker.forceOpen('deploy');
  breaker.dispose();
  const before = breaker.snapshot();

  breaker[order]();

  expect(breaker.snapshot()).toEqual(before);
  expect(breaker).toMatchObject({ state: 'open', override: { state: 'open', reason: 'deploy' } });
});
