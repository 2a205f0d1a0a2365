import { systemClock } from '../../core/clock.ts';
import type { Clock } from '../../core/clock.ts';
import { warnOfLegacyName } from '../deprecation.ts';
import type { LegacyRuntime } from '../runtime.ts';

/** What has been used. */
export interface TokenUsage {
  /** Tokens of this minute. */
  readonly tokensUsedThisMinute: number;
  /** Dollars since the beginning, or since the cost was last reset. */
  readonly currentCost: number;
  /** Tokens that are left in this minute, 0 or more. */
  readonly rateLimitRemaining: number;
}

const MINUTE_MS = 60_000;

/** Tokens of the present minute, and the cost so far: a few numbers, which decide nothing about the circuit. @deprecated Keep a budget of your own. */
export class TokenUsageTracker {
  readonly #limit: number;
  readonly #clock: Clock;
  #minuteBeganAt: number;
  #tokens = 0;
  #cost = 0;

  /** @param config its `tokenRateLimitPerMinute`, 1 or more. */
  constructor({ tokenRateLimitPerMinute }: { readonly tokenRateLimitPerMinute: number }, { clock = systemClock }: LegacyRuntime = {}) {
    warnOfLegacyName('domain', 'TokenUsageTracker', 'UnifiedCircuitBreaker with a budget of your own');
    this.#limit = tokenRateLimitPerMinute;
    this.#clock = clock;
    this.#minuteBeganAt = clock.now();
  }

  get #minuteIsOver(): boolean {
    return this.#clock.now() - this.#minuteBeganAt >= MINUTE_MS;
  }

  /** Tokens of this minute. */
  get tokensUsedThisMinute(): number {
    return this.#minuteIsOver ? 0 : this.#tokens;
  }

  /** Dollars since the beginning, or since `resetCost()`. */
  get currentCost(): number {
    return this.#cost;
  }

  /** Whether so many tokens fit into this minute. */
  canMakeRequest(tokens: number): boolean {
    return this.tokensUsedThisMinute + tokens <= this.#limit;
  }

  /** Counts what a request has used; what is not above 0 is nothing. */
  recordUsage(tokens: number, cost = 0): void {
    if (this.#minuteIsOver) {
      this.#tokens = 0;
      this.#minuteBeganAt = this.#clock.now();
    }
    if (tokens > 0) this.#tokens += tokens;
    if (cost > 0) this.#cost += cost;
  }

  /** Begins to add up the cost anew. */
  resetCost(): void {
    this.#cost = 0;
  }

  /** What has been used. */
  getStats(): TokenUsage {
    const { tokensUsedThisMinute, currentCost } = this;
    return { tokensUsedThisMinute, currentCost, rateLimitRemaining: Math.max(0, this.#limit - tokensUsedThisMinute) };
  }
}
