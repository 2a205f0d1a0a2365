import type { UnifiedCircuitBreaker } from '../../breaker/unified-circuit-breaker.ts';
import { getUnifiedCircuitBreakerManager } from '../../manager/default-manager.ts';
import type { UnifiedCircuitBreakerManager } from '../../manager/unified-circuit-breaker-manager.ts';
import { canonical } from '../../presets/services.ts';
import { convertValue, unifiedFrom } from '../convert.ts';
import { readLegacy } from '../read-legacy.ts';
import type { GivenLegacy } from '../read-legacy.ts';
import { warnOfLegacyName } from '../deprecation.ts';
import { guardedCall, LegacyOpenError, withArguments } from '../guarded-call.ts';
import type { LegacyOperation } from '../guarded-call.ts';
import { legacyState } from '../legacy-view.ts';
import { databaseConnectionOptions, databaseConnectionSettings } from '../mapping/database.ts';
import { listedBreaker } from '../runtime.ts';
import type { LegacyRuntime } from '../runtime.ts';

/** What `configureCircuitBreaker()` takes; seconds. Zero leaves a number as it is. */
export type DatabaseCircuitOptions = GivenLegacy<typeof databaseConnectionOptions>;

/** The status of a circuit, as the readers of the database manager expect it. */
export interface DatabaseCircuitStatus {
  /** `HALF_OPEN` also when the wait of an open circuit is over. */
  readonly state: 'CLOSED' | 'OPEN' | 'HALF_OPEN';
  /** Failures in a row. */
  readonly failureCount: number;
  /** Calls offered, those that were rejected among them. */
  readonly totalCalls: number;
  /** Calls that failed. */
  readonly failedCalls: number;
  /** Share of completed calls that succeeded, 0 to 1. */
  readonly successRate: number;
}

const NAME = 'database_connection';

type Changes = Parameters<UnifiedCircuitBreakerManager['reconfigure']>[1];

/** With fewer calls in the window the rate would open the circuit before the threshold is reached. */
function thresholdOf(failureThreshold: number | undefined): Changes {
  if (failureThreshold === undefined) return {};
  const { minRequestsThreshold, slidingWindowSize } = databaseConnectionSettings;
  return { failureThreshold, minRequestsThreshold: Math.max(minRequestsThreshold, failureThreshold), slidingWindowSize: Math.max(slidingWindowSize, failureThreshold) };
}

function waitOf(recoveryTimeout: number | undefined): Changes {
  if (recoveryTimeout === undefined) return {};
  const recoveryTimeoutMs = convertValue(databaseConnectionOptions.recoveryTimeout, recoveryTimeout) as number;
  return { recoveryTimeoutMs, maxBackoffMs: Math.max(canonical.preset.maxBackoffMs ?? 0, recoveryTimeoutMs) };
}

function statusOf(breaker: UnifiedCircuitBreaker): DatabaseCircuitStatus {
  const { consecutiveFailures, totalCalls, failedCalls, successRate } = breaker.getMetrics();
  return { state: legacyState(breaker).toUpperCase() as DatabaseCircuitStatus['state'], failureCount: consecutiveFailures, totalCalls, failedCalls, successRate };
}

/**
 * Connections through one breaker; pools and sessions stay yours.
 *
 * @deprecated Use `getUnifiedCircuitBreakerManager().createCircuitBreaker('database_connection', config)`.
 */
export class DatabaseManager {
  readonly #runtime: LegacyRuntime;

  constructor(runtime: LegacyRuntime = {}) {
    warnOfLegacyName('database', 'DatabaseManager', "getUnifiedCircuitBreakerManager().createCircuitBreaker('database_connection', config)");
    this.#runtime = runtime;
  }

  get #manager(): UnifiedCircuitBreakerManager {
    return this.#runtime.manager ?? getUnifiedCircuitBreakerManager();
  }

  /** The breaker `database_connection`; new code uses it directly. */
  get breaker(): UnifiedCircuitBreaker {
    const known = this.#manager.getCircuitBreaker(NAME);
    if (known !== null) return known;
    const { held } = readLegacy('DatabaseManager', databaseConnectionOptions, {});
    return listedBreaker(NAME, unifiedFrom(databaseConnectionOptions, held, {}, databaseConnectionSettings), { ...this.#runtime, manager: this.#manager });
  }

  /**
   * Connects, if the circuit lets it.
   *
   * @throws CircuitBreakerOpenError when the circuit is open; nobody connected.
   * @throws CircuitBreakerTimeoutError after 10 seconds.
   * @throws whatever `connect` throws, unchanged.
   */
  getConnection<Args extends readonly unknown[], T>(connect: LegacyOperation<Args, T>, ...args: Args): Promise<T> {
    return guardedCall(this.breaker, withArguments(connect, args), (rejection) => new LegacyOpenError(rejection, `Circuit breaker '${NAME}' is OPEN`));
  }

  /** Changes the live breaker; what it has seen stays. @throws CircuitBreakerConfigError that lists every problem; then nothing has changed. */
  configureCircuitBreaker(options: DatabaseCircuitOptions): void {
    const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== 0));
    const { failureThreshold, recoveryTimeout } = readLegacy('DatabaseManager', databaseConnectionOptions, given).explicit as DatabaseCircuitOptions;
    this.#manager.reconfigure(this.breaker.name, { ...thresholdOf(failureThreshold), ...waitOf(recoveryTimeout) });
  }

  /** The status of `database_connection`. */
  getCircuitBreakerStatus(): DatabaseCircuitStatus {
    return statusOf(this.breaker);
  }

  /** The status of every breaker of the process by its name. */
  getAllCircuitStatus(): Record<string, DatabaseCircuitStatus> {
    return Object.fromEntries([...this.#manager].map((breaker) => [breaker.name, statusOf(breaker)]));
  }
}
