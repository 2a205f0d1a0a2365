import { safeGet } from '../core/untrusted.ts';
import { aRate, aWholeNumber, type Requirement, requireOptions } from '../core/validation.ts';

/** The options of a retry budget. */
export interface RetryBudgetOptions {
  /**
   * Sets the share of calls that may be retried in the long run: the tokens that a first attempt earns. From 0
   * (exclusive) to 1. @defaultValue 0.1
   */
  readonly ratio?: number | undefined;
  /**
   * Sets the tokens at the start, which is also the maximum: the retries that are possible in a burst. Whole number
   * from 1 to 1,000,000. @defaultValue 10
   */
  readonly reserve?: number | undefined;
}

const BUDGET_RULES: Readonly<Record<keyof RetryBudgetOptions, Requirement>> =
  /* @__PURE__ */ (() => ({ ratio: aRate, reserve: aWholeNumber(1, 1_000_000) }))();

/** Tokens are counted in whole billionths, because ten times 0.1 is less than 1 in floating point. */
const TOKEN = 1_000_000_000;

/**
 * Limits the load that retries add: a first attempt earns `ratio` of a token, and a retry costs one. For any series of
 * calls, retries ≤ reserve + ratio × first attempts. Share one budget among all calls of a dependency.
 * @example
 * ```ts
 * import { retry, RetryBudget } from 'unified-circuit-breaker';
 *
 * const budget = new RetryBudget({ ratio: 0.1, reserve: 10 });
 * await retry(() => Promise.resolve('rows'), { budget });
 * ```
 * @see https://github.com/grpc/proposal/blob/master/A6-client-retries.md#throttling-retry-attempts-and-hedged-rpcs
 * @see https://twitter.github.io/finagle/docs/com/twitter/finagle/service/RetryBudget.html
 */
export class RetryBudget {
  readonly #earned: number;
  readonly #most: number;
  #balance: number;

  /** @throws CircuitBreakerConfigError that lists every problem with the options. */
  constructor(options: RetryBudgetOptions = {}) {
    const given: RetryBudgetOptions = requireOptions('retry budget', options, BUDGET_RULES, '`RetryBudget`');
    const { ratio = 0.1, reserve = 10 } = given;
    this.#earned = Math.round(ratio * TOKEN);
    this.#most = reserve * TOKEN;
    this.#balance = this.#most;
  }

  /** Returns the tokens left, from 0 to `reserve`, with fractions. */
  get tokens(): number {
    return this.#balance / TOKEN;
  }

  /** Records a first attempt. `retry` calls it. Call it yourself only for calls without `retry`. */
  deposit(): void {
    this.#balance = Math.min(this.#most, this.#balance + this.#earned);
  }

  /** Takes a token for a retry. Returns false if less than one is left. */
  withdraw(): boolean {
    if (this.#balance < TOKEN) return false;
    this.#balance -= TOKEN;
    return true;
  }
}

/** A budget of this or another copy of the package. */
export const aBudget: Requirement = {
  rule: 'a RetryBudget',
  fits: (value) => ['deposit', 'withdraw'].every((method) => typeof safeGet(value, method) === 'function'),
};
