import type { HealthCheckOptions } from '../breaker/options/options.ts';
import type { UnifiedCircuitBreaker } from '../breaker/unified-circuit-breaker.ts';
import type { HealthStatus } from '../core/health.ts';
import type { CircuitState } from '../core/state.ts';
import type { TripPolicy } from '../trip/trip-policy.ts';
import { failureOf, guardedCall, guardedCallSync, legacyErrors } from './call.ts';
import type { ErrorMaker, LegacyErrors, LegacyOperation } from './call.ts';
import { asConfig, type LegacyConfig, type LegacyConfigClass } from './config.ts';
import { warnOfLegacyName } from './deprecation.ts';
import type { LegacyOptions } from './option-tables.ts';
import { assertNotRemoved, type GivenLegacy } from './options.ts';
import { makeBreaker, type LegacyRuntime } from './runtime.ts';
import { epochSeconds, legacyMetrics, legacyState, legacyStatus } from './status.ts';
import type { LegacyMetrics, LegacyStatus, TimeFormat } from './status.ts';

/** A health check as legacy code wrote it. */
export interface HealthChecker {
  /** Returns `healthy`, `degraded`, `unhealthy`, `critical` or `unknown`, in any case. */
  checkHealth(): LegacyHealthResult | PromiseLike<LegacyHealthResult>;
}

/** The answer of a legacy health check. */
export type LegacyHealthResult = { readonly status: string };

/** What a legacy breaker may be made with, beside its configuration. */
export interface LegacyParts extends LegacyRuntime {
  /** Asked while the circuit is open, every 30 seconds unless the configuration says otherwise. Default: none. */
  readonly healthChecker?: HealthChecker | undefined;
  /** The breaker to show, instead of making one. */ readonly breaker?: UnifiedCircuitBreaker | undefined;
}

/** What makes a legacy breaker different from the others. */
export interface BreakerSpec<
  Options extends LegacyOptions, Time = number | null, Policy extends TripPolicy = TripPolicy,
> extends LegacyErrors {
  /** The subpath that has the name, and its anchor in the migration guide. */ readonly source: string;
  /** The legacy name. A bundler may rename the class. */ readonly name: string;
  /** What to use instead. Default: `UnifiedCircuitBreaker`. */ readonly replacement?: string;
  /** Its configuration: options and what was hard-wired. */ readonly config: LegacyConfigClass<Options>;
  /** The name of the circuit, if neither the caller nor the options have one. */ readonly circuit?: string;
  /** Put before the name of the circuit. */ readonly prefix?: string;
  /** Whether breakers of one name share the circuit in the manager. */ readonly shared?: boolean;
  /** When the circuit opens, if the built-in rules can't express it. */
  readonly rule?: (config: LegacyConfig<Options>) => Policy;
  /** How its figures show a time. Default: seconds since the Unix epoch. */ readonly time?: TimeFormat<Time>;
  /** Whether its total of calls includes rejected ones. */ readonly offered?: boolean;
}

/** A configuration, or plain options. */
export type Given<Options extends LegacyOptions> = LegacyConfig<Options> | GivenLegacy<Options>;

const STATUSES: readonly string[] = ['healthy', 'degraded', 'unhealthy', 'critical'] satisfies HealthStatus[];

/** Returns the health check of a breaker for a legacy one. */
export function healthCheckOf(checker: HealthChecker | undefined, seconds = 30): HealthCheckOptions | undefined {
  if (checker === undefined) return undefined;
  return {
    check: async () => {
      const status = String((await checker.checkHealth()).status).toLowerCase();
      return STATUSES.includes(status) ? (status as HealthStatus) : 'unknown';
    },
    intervalMs: Math.max(1, Math.round(seconds * 1_000)),
  };
}

/** Opens a circuit as legacy code did: it recovers on its own, and a wait that is already over starts again. */
export function openNow(breaker: UnifiedCircuitBreaker): void {
  const reason = 'forced open';
  breaker.trip({ reason });
  // For `trip()` a circuit whose wait is over is already open.
  if (breaker.state !== 'open' || breaker.retryAfterMs !== 0) return;
  breaker.trip({ reason, forMs: breaker.getStatus().config.recoveryTimeoutMs ?? undefined });
}

/** A breaker behind a legacy name, its configuration, and how it runs calls. */
export abstract class LegacyCircuit<O extends LegacyOptions, Time = number | null, P extends TripPolicy = TripPolicy> {
  /** @internal */ static readonly spec: unknown;
  /** The breaker behind the legacy name. New code uses it directly. */ readonly breaker: UnifiedCircuitBreaker;
  /** The configuration, in legacy words and units. */ readonly config: LegacyConfig<O>;
  /** @internal */ protected readonly spec: BreakerSpec<O, Time, P>;
  /** @internal */ protected readonly policy: P | undefined;
  /** @internal */ protected readonly errorFor: ErrorMaker;
  /** @throws CircuitBreakerConfigError that lists every problem with the configuration. */
  constructor(given: Given<O> | undefined, parts: LegacyParts = {}, circuit?: string) {
    const spec = new.target.spec as BreakerSpec<O, Time, P>;
    warnOfLegacyName(spec.source, spec.name, spec.replacement ?? 'UnifiedCircuitBreaker');
    assertNotRemoved(spec.config.table, parts);
    this.spec = spec;
    this.config = asConfig(spec.config, given);
    this.policy = spec.rule?.(this.config);
    this.errorFor = legacyErrors(spec);
    const { name, healthCheckInterval } = this.config as { readonly name?: string; healthCheckInterval?: number };
    const healthCheck = healthCheckOf(parts.healthChecker, healthCheckInterval);
    const full = `${spec.prefix ?? ''}${circuit ?? name ?? spec.circuit}`;
    const making = { ...parts, shared: spec.shared, tripPolicy: this.policy };
    this.breaker = parts.breaker ?? makeBreaker(full, { ...this.config.toUnifiedConfig(), healthCheck }, making);
  }
  /** Failures in a row. */ get failureCount(): number { return this.breaker.getMetrics().consecutiveFailures; }
  /**
   * Runs `operation` with its arguments if the circuit admits the call. Errors of the operation stay unchanged.
   * @throws the error that the legacy name had for a rejected call, with the code `ERR_CIRCUIT_OPEN`.
   */
  call<Args extends readonly unknown[], T>(operation: LegacyOperation<Args, T>, ...args: Args): Promise<T> {
    return guardedCall(this.breaker, operation, args, this.errorFor);
  }
}

/** The members that most legacy breakers share. */
export abstract class LegacyBreaker<O extends LegacyOptions, Time = number | null, P extends TripPolicy = TripPolicy>
  extends LegacyCircuit<O, Time, P> {
  /** The breaker's name. */ get name(): string { return this.breaker.name; }
  /** `closed`, `open` or `half_open`. An open circuit whose wait is over is `half_open`. Reading changes nothing. */
  get state(): CircuitState { return legacyState(this.breaker); }
  /** Whether `state` is `open`. */ get isOpen(): boolean { return this.state === 'open'; }
  /** Whether `state` is `closed`. */ get isClosed(): boolean { return this.state === 'closed'; }
  /** Whether `state` is `half_open`. */ get isHalfOpen(): boolean { return this.state === 'half_open'; }
  /** Calls that succeeded. */ get successCount(): number { return this.breaker.getMetrics().successfulCalls; }
  /** Calls slower than the slow-call threshold. */
  get slowRequests(): number { return this.breaker.getMetrics().slowCalls; }
  /** Seconds since the Unix epoch. `null` before the first failure. */
  get lastFailureTime(): number | null { return epochSeconds(this.breaker.getMetrics().lastFailureTime); }
  /** Seconds since the Unix epoch. `null` before the first success. */
  get lastSuccessTime(): number | null { return epochSeconds(this.breaker.getMetrics().lastSuccessTime); }
  /** Returns whether a call would be admitted now. Asking changes nothing. */
  canExecute(): boolean { return this.breaker.canExecute(); }
  /** Runs a synchronous operation, without a timeout. @throws TypeError if it returns a promise. */
  callSync<Args extends readonly unknown[], T>(operation: (...args: Args) => T, ...args: Args): T {
    return guardedCallSync(this.breaker, operation, args, this.errorFor);
  }
  /** Records a call that succeeded elsewhere, immediately. */ recordSuccess(): void { this.breaker.recordSuccess(); }
  /** Records a call that failed elsewhere, immediately: an error, or the name of one. */
  recordFailure(error?: unknown): void { this.breaker.recordFailure(failureOf(error)); }
  /** Opens the circuit now, also if its wait is over. It recovers on its own as usual. */
  forceOpen(): void { openNow(this.breaker); }
  /** Closes the circuit and clears all figures. */ reset(): void { this.breaker.reset(); }
  /** Returns the figures. */
  getMetrics(): LegacyMetrics<Time> {
    const { time = epochSeconds as unknown as TimeFormat<Time>, offered } = this.spec;
    return legacyMetrics(this.breaker, time, offered);
  }
  /** Returns the status. */
  getStatus(): LegacyStatus<LegacyConfig<O>, Time> {
    return { ...legacyStatus(this.breaker, this.config, this.getMetrics()), failureCount: this.failureCount };
  }
}

/** A legacy breaker that gets its name beside its configuration. */
export abstract class NamedBreaker<O extends LegacyOptions, Time = number | null, P extends TripPolicy = TripPolicy>
  extends LegacyBreaker<O, Time, P> {
  /** @throws CircuitBreakerConfigError that lists every problem with the configuration. */
  constructor(name: string, config?: Given<O>, parts?: LegacyParts) { super(config, parts, name); }
}
