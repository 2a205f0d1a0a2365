import { peek } from '../core/untrusted.ts';
import { aRate, aWholeNumber, requireOptions } from '../core/validation.ts';
import type { Requirement } from '../core/validation.ts';

/** How many retries a budget allows. */
export interface RetryBudgetOptions {
  /** Tokens that each first attempt earns: the share of calls that may be retried in the long run. Above 0, to 1. Default 0.1. */
  readonly ratio?: number | undefined;
  /** Tokens at the start, and the most that are kept: retries that are possible in a burst, and with little traffic. Whole number, 1 to 1 000 000. Default 10. */
  readonly reserve?: number | undefined;
}

const BUDGET_RULES: Readonly<Record<keyof RetryBudgetOptions, Requirement>> = /* @__PURE__ */ (() => ({ ratio: aRate, reserve: aWholeNumber(1, 1_000_000) }))();

/** Tokens are counted in whole billionths: ten times 0.1 must be one, and in floating point it is less. */
const TOKEN = 1_000_000_000;

/**
 * Bounds what retries add to the load: a first attempt earns `ratio` of a token, a retry costs one.
 *
 * For every stretch of calls: retries ≤ reserve + ratio · first attempts. Time earns nothing. Share one among all that call the same
 * dependency.
 *
 * @example
 * ```ts
 * import { retry, RetryBudget } from 'unified-circuit-breaker';
 *
 * const budget = new RetryBudget({ ratio: 0.1, reserve: 10 });
 * await retry(() => Promise.resolve('rows'), { budget });
 * ```
 * @see https://github.com/grpc/proposal/blob/master/A6-client-retries.md#throttling-retry-attempts-and-hedged-rpcs a bucket that starts full, has a cap and ignores time
 * @see https://twitter.github.io/finagle/docs/com/twitter/finagle/service/RetryBudget.html first attempts deposit and retries withdraw
 */
export class RetryBudget {
  readonly #earned: number;
  readonly #most: number;
  #balance: number;

  /** @throws CircuitBreakerConfigError that lists every problem with the options. */
  constructor(options: RetryBudgetOptions = {}) {
    const { ratio = 0.1, reserve = 10 } = requireOptions('retry budget', options, BUDGET_RULES) as RetryBudgetOptions;
    this.#earned = Math.round(ratio * TOKEN);
    this.#most = reserve * TOKEN;
    this.#balance = this.#most;
  }

  /** The tokens that are left, 0 to `reserve`, with fractions. */
  get tokens(): number {
    return this.#balance / TOKEN;
  }

  /** Notes a first attempt. `retry` does it; call it yourself only for calls that are made without. */
  deposit(): void {
    this.#balance = Math.min(this.#most, this.#balance + this.#earned);
  }

  /** Takes a token for a retry; false, and nothing taken, when less than one is left. */
  withdraw(): boolean {
    if (this.#balance < TOKEN) return false;
    this.#balance -= TOKEN;
    return true;
  }
}

/** A budget, also of another copy of the package. */
export const aBudget: Requirement = {
  rule: 'a RetryBudget',
  fits: (value) => ['deposit', 'withdraw'].every((method) => typeof peek(value, method) === 'function'),
};
