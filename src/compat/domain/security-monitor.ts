import { BoundedMap } from '../bounded-map.ts';
import { warnOfLegacyName } from '../deprecation.ts';

/** Users, failures and attacks, in numbers. */
export interface SecurityMetrics {
  /** Users that are flagged. */
  readonly suspiciousUsers: number;
  /** Failures in a row, by user. */
  readonly failureCounts: Readonly<Record<string, number>>;
  /** Always 0: nothing ever told of an attack. */
  readonly attackIndicators: number;
}

/** A user, or nobody that is known. */
export type UserId = string | null | undefined;

/** Users of whom something is known at once, by kind of knowledge. */
const MOST_USERS = 10_000;

/** Who failed how often in a row, and who is flagged: the newest 10 000 of each. It decides nothing about the circuit. @deprecated Keep a user list of your own. */
export class SecurityMonitor {
  readonly #threshold: number;
  readonly #counts = new BoundedMap<string, number>(MOST_USERS);
  readonly #flagged = new BoundedMap<string, true>(MOST_USERS);

  /** @param config its `suspiciousActivityThreshold`, 1 or more. */
  constructor({ suspiciousActivityThreshold }: { readonly suspiciousActivityThreshold: number }) {
    warnOfLegacyName('domain', 'SecurityMonitor', 'UnifiedCircuitBreaker with a user list of your own');
    this.#threshold = suspiciousActivityThreshold;
  }

  /** A success: the user's failures are forgotten, and a flag stays. */
  recordSuccess(userId: UserId): void {
    if (userId) this.#counts.delete(userId);
  }

  /** A failure; so many in a row flag the user. The kind of error is not looked at. */
  recordFailure(userId: UserId, _errorType?: string): void {
    if (!userId) return;
    const count = (this.#counts.get(userId) ?? 0) + 1;
    this.#counts.set(userId, count);
    if (count >= this.#threshold) this.flagSuspiciousUser(userId);
  }

  /** Flags a user. */
  flagSuspiciousUser(userId: UserId): void {
    if (userId) this.#flagged.set(userId, true);
  }

  /** Lifts a flag, and forgets the failures that led to it; says whether there was one. */
  unflagUser(userId: UserId): boolean {
    this.recordSuccess(userId);
    return Boolean(userId) && this.#flagged.delete(userId as string);
  }

  /** Whether a user is flagged. */
  isUserSuspicious(userId: UserId): boolean {
    return Boolean(userId) && this.#flagged.get(userId as string) === true;
  }

  /** Always false: nothing ever told of an attack. */
  isUnderAttack(): boolean {
    return false;
  }

  /** Users, failures and attacks, in numbers. */
  getStats(): SecurityMetrics {
    return { suspiciousUsers: this.#flagged.size, failureCounts: Object.fromEntries(this.#counts), attackIndicators: 0 };
  }
}
