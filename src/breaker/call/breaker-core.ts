import type { Deadlines } from '../../core/deadlines.ts';
import type { Judge } from '../../core/judge.ts';
import type { Slots } from '../circuit/bulkhead.ts';
import type { Circuit } from '../circuit/circuit.ts';

/** What a call in flight needs of its breaker. */
export interface Host {
  readonly circuit: Circuit;
  readonly judge: Judge;
  readonly slots: Slots;
  readonly deadlines: Deadlines;
}
