import type { Judge } from '../core/judge.ts';
import type { Circuit } from './circuit.ts';
import type { Deadlines } from './deadlines.ts';
import type { Slots } from './slots.ts';

/** What a call in flight needs of its breaker. */
export interface Host {
  readonly circuit: Circuit;
  readonly judge: Judge;
  readonly slots: Slots;
  readonly deadlines: Deadlines;
}
