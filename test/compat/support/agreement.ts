import fc from 'fast-check';
import { expect } from 'vitest';
import type { LegacyRuntime } from '../../../src/compat/runtime.ts';
import { UnifiedCircuitBreakerManager } from '../../../src/manager/unified-circuit-breaker-manager.ts';
import { FakeClock } from '../../../src/testing/index.ts';
import { runs } from '../../support/random.ts';
import { ReferenceCircuit } from './reference.ts';
import type { LegacyRules } from './reference.ts';

/** A manager and a clock of their own, so that tests share nothing. `random` gives the longest wait. */
export interface TestRuntime extends LegacyRuntime {
  readonly manager: UnifiedCircuitBreakerManager;
  readonly clock: FakeClock;
}

export function testRuntime(): TestRuntime {
  const clock = new FakeClock();
  const random = (): number => 1 - Number.EPSILON;
  return { clock, random, manager: new UnifiedCircuitBreakerManager({ clock, random }) };
}

/** A shim as a sequence of outcomes sees it. May be asynchronous. */
export interface Driven {
  success(): unknown;
  failure(): unknown;
  /** `closed`, `open` or `half_open`, the last one also when the wait is over. */
  state(): string;
}

/** What happens to a shim: an outcome, or time passing. */
export type Step = 'success' | 'failure' | number;

const steps = (waitMs: number): fc.Arbitrary<readonly Step[]> =>
  fc.array(
    fc.oneof(
      { weight: 4, arbitrary: fc.constantFrom<Step>('success', 'failure', 'failure') },
      { weight: 2, arbitrary: fc.constantFrom<Step>(Math.floor(waitMs / 3), waitMs, waitMs * 2) },
    ),
    { minLength: 1, maxLength: 60 },
  );

/** After each step the shim is in the state that the rules say. */
export async function agreeOn(sequence: readonly Step[], make: (runtime: TestRuntime) => Driven, rules: LegacyRules): Promise<void> {
  const runtime = testRuntime();
  const shim = make(runtime);
  const reference = new ReferenceCircuit(rules);
  const seen: string[] = [];
  const expected: string[] = [];
  for (const step of sequence) {
    if (typeof step === 'number') runtime.clock.advance(step);
    else {
      await shim[step]();
      reference.record(step === 'failure', runtime.clock.now());
    }
    seen.push(shim.state());
    expected.push(reference.state(runtime.clock.now()));
  }
  expect(seen).toEqual(expected);
}

/** The same for any sequence. */
export async function agreeAlways(make: (runtime: TestRuntime) => Driven, rules: LegacyRules, count = 300): Promise<void> {
  await fc.assert(
    fc.asyncProperty(steps(rules.waitMs), (sequence) => agreeOn(sequence, make, rules)),
    { numRuns: runs(count) },
  );
}
