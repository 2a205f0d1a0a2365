import fc from 'fast-check';
import { expect } from 'vitest';
import { runs } from '../../support/random.ts';
import { testRuntime } from './agreement.ts';
import type { Driven, Step, TestRuntime } from './agreement.ts';

/** A legacy circuit whose rules `ReferenceCircuit` cannot say. */
export interface Reference {
  state(now: number): 'closed' | 'open' | 'half_open';
  record(failed: boolean, now: number): void;
}

/** After each step of any sequence the shim is in the state that the reference says. */
export async function agreeWith(make: (runtime: TestRuntime) => Driven, reference: () => Reference, gaps: readonly number[]): Promise<void> {
  const step = fc.oneof({ weight: 4, arbitrary: fc.constantFrom<Step>('success', 'failure', 'failure') }, { weight: 1, arbitrary: fc.constantFrom<Step>(...gaps) });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 80 }), (sequence) => follow(sequence, make, reference())),
    { numRuns: runs(300) },
  );
}

async function follow(sequence: readonly Step[], make: (runtime: TestRuntime) => Driven, reference: Reference): Promise<void> {
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
