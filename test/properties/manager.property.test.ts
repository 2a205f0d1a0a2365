import fc from 'fast-check';
import { expect, it, vi } from 'vitest';
import { UnifiedCircuitBreaker } from '../../src/index.ts';
import type { ManagedCircuitConfig } from '../../src/manager/options.ts';
import { managerWith } from '../support/manager.ts';
import { BOOM } from '../support/outcomes.ts';
import { runs } from '../support/random.ts';

/** A few options with a few values each, so that two configurations often agree. */
const config = fc.record(
  {
    timeoutMs: fc.constantFrom(30_000, 500, null, Number.POSITIVE_INFINITY),
    failureThreshold: fc.constantFrom(10, 3, null),
    jitter: fc.constantFrom<('none' | 'equal' | boolean)[]>(true, false, 'equal', 'none'),
    recoveryTimeoutMs: fc.constantFrom(60_000, 1_000),
    ignoreErrors: fc.constantFrom<(number | string)[]>([404], [404, 'ENOENT']),
    mode: fc.constantFrom('enforce' as const, 'observe' as const),
  },
  { requiredKeys: [] },
);

/** What an option means, by the public status of a breaker that has it; the status does not show lists of errors. */
function meaning(given: ManagedCircuitConfig, option: string): unknown {
  if (option === 'ignoreErrors') return given.ignoreErrors;
  return (new UnifiedCircuitBreaker({ ...given, name: 'meaning' }).getStatus().config as unknown as Record<string,
    unknown>)[option];
}

it('keeps the first configuration, and reports exactly the options that mean something else', () => {
  const warnings = vi.spyOn(process, 'emitWarning').mockReturnValue();
  fc.assert(
    fc.property(config, config, (first, second) => {
      warnings.mockClear();
      const { manager, events } = managerWith();
      const breaker = manager.createCircuitBreaker('orders', first);
      const before = breaker.getStatus();

      expect(manager.createCircuitBreaker('orders', second)).toBe(breaker);

      const differing = Object.keys(second)
        .filter((option) => JSON.stringify(meaning(first, option)) !== JSON.stringify(meaning(second, option)));
      const told = events.flatMap((event) =>
        (event.type === 'configConflict' ? event.differences.map(({ option }) => option) : []));
      expect(told.toSorted()).toEqual(differing.toSorted());
      expect(warnings).toHaveBeenCalledTimes(told.length > 0 ? 1 : 0);
      expect(breaker.getStatus()).toEqual(before);
    }),
    { numRuns: runs(300) },
  );
  warnings.mockRestore();
});

const step = fc.record({ key: fc.constantFrom('a', 'b', 'c'), keyed: fc.boolean(),
  do: fc.constantFrom('S', 'F', 'trip', 'force', 'release', 'wait', 'reset') });

it('restores an equal snapshot, before the breakers are made and after', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), fc.boolean(), async (steps, madeFirst) => {
      const options = { failureThreshold: 2, recoveryTimeoutMs: 1_000, successThreshold: 1 };
      const { manager, clock } = managerWith(options);
      for (const { key, keyed, do: what } of steps) {
        const breaker = keyed ? manager.keyed('keys').for(key) : manager.createCircuitBreaker(key);
        if (what === 'S' || what === 'F') await breaker.tryCall(() => (what === 'S' ? 1 : Promise.reject(BOOM)));
        else if (what === 'trip') breaker.trip();
        else if (what === 'force') breaker.forceOpen('drill');
        else if (what === 'release') breaker.release();
        else if (what === 'wait') clock.advance(400);
        else breaker.reset();
      }
      // Half-open restores as open with its wait over: the one state that a snapshot does not give back.
      fc.pre(manager.snapshot().breakers.every(({ state }) => state !== 'half_open')
        && manager.snapshot().keyed.every(({ keys }) => keys.every(({ breaker }) => breaker.state !== 'half_open')));
      const saved = JSON.parse(JSON.stringify(manager.snapshot())) as ReturnType<typeof manager.snapshot>;
      const next = managerWith({ ...options, clock }).manager;
      const make = (): void => {
        for (const { name } of saved.breakers) next.createCircuitBreaker(name);
        for (const { group, keys } of saved.keyed) for (const { key } of keys) next.keyed(group).for(key);
      };

      if (madeFirst) make();
      next.restore(saved);
      expect(next.snapshot()).toEqual(saved);
      make();

      expect(next.snapshot()).toEqual(saved);
    }),
    { numRuns: runs(200) },
  );
});
