import { systemRandom } from '../../core/random.ts';
import type { LegacyRuntime } from '../runtime.ts';

/** How waits grow. */
export interface RetryGrowth {
  readonly baseDelay: number;
  readonly strategy: string;
  /** What each further wait is multiplied by. */
  readonly factor: number;
}

/** 1, 1, 2, 3, 5, … by Binet's formula. */
function fibonacci(n: number): number {
  return Math.round(((1 + Math.sqrt(5)) / 2) ** n / Math.sqrt(5));
}

/** Seconds to wait after the n-th attempt, before jitter and cap; `firstFibonacci` is which number of the sequence comes first. */
export function growingDelay(attempt: number, { baseDelay, strategy, factor }: RetryGrowth, firstFibonacci: 1 | 2): number {
  switch (strategy) {
    case 'linear':
      return baseDelay * attempt;
    case 'exponential':
    case 'exponential_jitter':
    case 'adaptive':
      return baseDelay * factor ** (attempt - 1);
    case 'fibonacci':
      return baseDelay * fibonacci(attempt + firstFibonacci - 1);
    default:
      return baseDelay;
  }
}

/** A random number of the runtime, 0 to 1. */
export function chance({ random = systemRandom }: LegacyRuntime): number {
  return random();
}
