import fc from 'fast-check';
import { expect } from 'vitest';
import type { LegacyRuntime } from '../../../src/compat/runtime.ts';
import { UnifiedCircuitBreakerManager } from '../../../src/manager/unified-circuit-breaker-manager.ts';
import { FakeClock } from '../../../src/testing/index.ts';
import { runs } from '../../support/random.ts';
import type { Reference } from './reference.ts';

/** A manager and a clock of their own, so that tests share nothing. `random` draws the longest wait. */
export interface TestRuntime extends LegacyRuntime {
  readonly manager: UnifiedCircuitBreakerManager;
  readonly clock: FakeClock;
}

export function testRuntime(): TestRuntime {
  const clock = new FakeClock();
  const random = (): number => 1 - Number.EPSILON;
  return { clock, random, manager: new UnifiedCircuitBreakerManager({ clock, random }) };
}

/** A legacy name as a sequence of results sees it. May be asynchronous. */
export interface Driven {
  success(): unknown;
  failure(): unknown;
  /** `closed`, `open` or `half_open`, the last one also when the wait is over. */
  state(): string;
}

export type Maker = (runtime: TestRuntime) => Driven;

/** A result, or milliseconds that pass. */
export type Step = 'success' | 'failure' | number;

/** Checks that a legacy name is in the state of its reference after each step. */
export async function agreeOn(sequence: readonly Step[], make: Maker, reference: Reference): Promise<void> {
  const runtime = testRuntime();
  const shim = make(runtime);
  const states: { readonly step: Step; readonly is: string; readonly should: string }[] = [];
  for (const step of sequence) {
    if (typeof step === 'number') runtime.clock.advance(step);
    else {
      await shim[step]();
      reference.record(step === 'failure', runtime.clock.now());
    }
    states.push({ step, is: shim.state(), should: reference.state(runtime.clock.now()) });
  }
  expect(states.filter(({ is, should }) => is !== should)).toEqual([]);
}

/** Checks any sequence of results and of these gaps. */
export async function agreeAlways(make: Maker, reference: () => Reference, gaps: readonly number[]): Promise<void> {
  const step = fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom<Step>('success', 'failure', 'failure') },
    { weight: 2, arbitrary: fc.constantFrom<Step>(...gaps) },
  );
  const sequences = fc.array(step, { minLength: 1, maxLength: 60 });
  const property = fc.asyncProperty(sequences, (sequence) => agreeOn(sequence, make, reference()));
  await fc.assert(property, { numRuns: runs(100) });
}
