import type { UnifiedCircuitBreaker } from '../../breaker/unified-circuit-breaker.ts';
import type { CircuitState } from '../../core/state.ts';
import { createCircuitConfigForEnvironment } from '../core/circuit-config.ts';
import { insideLegacyName, warnOfLegacyName } from '../deprecation.ts';
import { errorText } from '../error-text.ts';
import { legacyState } from '../legacy-view.ts';
import { ownBreaker } from '../runtime.ts';
import type { LegacyRuntime } from '../runtime.ts';

/** What a wrapped health check answers; anything else in it is passed on. */
export interface CheckedHealth {
  /** `healthy`, in upper or lower case; anything else is a failed check, unless `details.success` says otherwise. */
  readonly status: string;
  /** `success` says whether the check succeeded, whatever the status. */
  readonly details?: { readonly success?: boolean | undefined } | undefined;
}

/** A health check to wrap. */
export interface WrappedHealthChecker<Result extends CheckedHealth> {
  /** Asks the dependency. */
  checkHealth(): Result | PromiseLike<Result>;
}

/** The answer in place of a check that failed or was not let through. */
export interface UnhealthyResult {
  /** Always `unhealthy`. */
  readonly status: 'unhealthy';
  /** Seconds; always 0. */
  readonly responseTime: 0;
  /** Whose check it was, and what happened. */
  readonly details: { readonly componentName: string; readonly success: false; readonly healthScore: 0; readonly errorMessage: string };
}

/** What a health checker is made with besides its name and the check. */
export interface HealthCheckerParts extends LegacyRuntime {
  /** `development`, `staging`, `production` or `testing`: whose numbers to use. Default `production`. */
  readonly environment?: string | undefined;
}

/** Spares a dependency the health checks while they keep failing; never throws. @deprecated Use `UnifiedCircuitBreaker`. */
export class CircuitBreakerHealthChecker<Result extends CheckedHealth = CheckedHealth> {
  /** The breaker behind the legacy name; new code uses it directly. */
  readonly breaker: UnifiedCircuitBreaker;
  /** The check. */
  readonly wrappedChecker: WrappedHealthChecker<Result>;

  /** Its circuit is named `cb_<name>`. */
  constructor(name: string, wrappedChecker: WrappedHealthChecker<Result>, { environment, ...runtime }: HealthCheckerParts = {}) {
    warnOfLegacyName('health-checks', 'CircuitBreakerHealthChecker', 'UnifiedCircuitBreaker');
    const config = insideLegacyName(() => createCircuitConfigForEnvironment(`cb_${name}`, environment));
    this.breaker = ownBreaker(config.name, { ...config.toUnifiedConfig(), isFailure }, runtime);
    this.wrappedChecker = wrappedChecker;
  }

  /** `cb_<name>`. */
  get name(): string {
    return this.breaker.name;
  }

  /** `closed`, `open` or `half_open`; the last one also when the wait of an open circuit is over. Reading moves nothing. */
  get state(): CircuitState {
    return legacyState(this.breaker);
  }

  /** Checks, if the circuit lets it: the answer of the check, or an unhealthy one. Never throws. */
  async checkHealth(): Promise<Result | UnhealthyResult> {
    const { status, error, value } = await this.breaker.tryCall(() => this.wrappedChecker.checkHealth());
    if (value !== undefined && value !== null) return value;
    const reason = error === undefined ? 'the check gave no answer' : errorText(error);
    return this.#unhealthy(status === 'rejected' ? 'Circuit breaker open - service unavailable' : `Circuit breaker error: ${reason}`);
  }

  #unhealthy(errorMessage: string): UnhealthyResult {
    return { status: 'unhealthy', responseTime: 0, details: { componentName: this.name, success: false, healthScore: 0, errorMessage } };
  }
}

/** A check that answers nothing has failed, too. */
function isFailure(answer: CheckedHealth | undefined | null): boolean {
  return !(answer?.details?.success ?? String(answer?.status).toLowerCase() === 'healthy');
}
