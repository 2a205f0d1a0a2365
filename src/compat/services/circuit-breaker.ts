import { notAFunction } from '../../breaker/call/signal.ts';
import type { UnifiedCircuitStatus } from '../../breaker/status/status.ts';
import type { UnifiedCircuitBreaker } from '../../breaker/unified-circuit-breaker.ts';
import { isCircuitBreakerTimeoutError } from '../../core/errors.ts';
import type { CircuitBreakerOpenError } from '../../core/errors.ts';
import type { CircuitState } from '../../core/state.ts';
import { getUnifiedCircuitBreakerManager } from '../../manager/default-manager.ts';
import { insideLegacyName, warnOfLegacyName } from '../deprecation.ts';
import type { LegacyOperation } from '../guarded-call.ts';
import { LegacyBreaker } from '../legacy-breaker.ts';
import { asConfig } from '../legacy-config.ts';
import { secondsOf } from '../legacy-view.ts';
import { listedBreaker } from '../runtime.ts';
import type { LegacyRuntime } from '../runtime.ts';
import { CircuitBreakerConfig } from './circuit-breaker-config.ts';
import type { CircuitBreakerConfigOptions } from './circuit-breaker-config.ts';
import { CircuitOpenException, CircuitTimeoutException } from './circuit-breaker-exceptions.ts';
import { servicesMetricsOf } from './circuit-breaker-metrics.ts';
import type { CircuitBreakerMetrics } from './circuit-breaker-metrics.ts';

/** What a `CircuitBreaker` may be made with besides its configuration. */
export interface CircuitBreakerParts extends LegacyRuntime {
  /** The breaker to show, instead of the one of that name in the manager. */
  readonly breaker?: UnifiedCircuitBreaker | undefined;
}

/** The status of a `CircuitBreaker`. */
export interface CircuitBreakerStatus {
  /** The name of the circuit. */
  readonly name: string;
  /** `half_open` also when the wait of an open circuit is over. */
  readonly state: CircuitState;
  /** The figures. */
  readonly metrics: CircuitBreakerMetrics;
  /** The configuration, in seconds. */
  readonly config: CircuitBreakerConfig;
  /** Whether `state` is `closed`. */
  readonly isHealthy: boolean;
  /** The status of the breaker behind the name. */
  readonly unifiedStatus: UnifiedCircuitStatus;
}

/** Opens at failures in a row and at an error rate; breakers of one name share their circuit. @deprecated Use `UnifiedCircuitBreaker`. */
export class CircuitBreaker extends LegacyBreaker {
  /** The configuration, in seconds: the one given, or what is in force. */
  readonly config: CircuitBreakerConfig;

  /** @throws CircuitBreakerConfigError that lists every problem with the configuration. */
  constructor(name: string, config?: CircuitBreakerConfig | CircuitBreakerConfigOptions, { breaker, ...runtime }: CircuitBreakerParts = {}) {
    warnOfLegacyName('services', 'CircuitBreaker', 'UnifiedCircuitBreaker');
    const own = config === undefined ? undefined : asConfig(CircuitBreakerConfig, config);
    super(breaker ?? breakerFor(name, own, runtime));
    this.config = own ?? configInForce(this.breaker);
  }

  /**
   * Runs `operation` with its arguments if the circuit lets it, and records how it went.
   *
   * @throws CircuitOpenException when the circuit does not admit the call.
   * @throws CircuitTimeoutException when it takes longer than `timeout`.
   * @throws whatever `operation` throws, unchanged.
   */
  override async call<Args extends readonly unknown[], T>(operation: LegacyOperation<Args, T>, ...args: Args): Promise<T> {
    if (typeof operation !== 'function') throw notAFunction(operation);
    let thrown: unknown;
    const watched = async (): Promise<T> => {
      try {
        return await operation(...args);
      } catch (error) {
        thrown = error;
        throw error;
      }
    };
    try {
      return await super.call(watched);
    } catch (error) {
      // The timeout of a breaker inside is the operation's own error.
      throw error !== thrown && isCircuitBreakerTimeoutError(error) ? new CircuitTimeoutException(error) : error;
    }
  }

  protected override rejected(rejection: CircuitBreakerOpenError): Error {
    return new CircuitOpenException(rejection);
  }

  /** The figures of this moment. */
  get metrics(): CircuitBreakerMetrics {
    return servicesMetricsOf(this.breaker);
  }

  /** The status: name, state, metrics, config, whether it is healthy, and the status of the breaker behind the name. */
  getStatus(): CircuitBreakerStatus {
    const { name, state, metrics, config } = this;
    return { name, state, metrics, config, isHealthy: state === 'closed', unifiedStatus: this.breaker.getStatus() };
  }
}

/** Without a configuration, the breaker of that name as it is. */
function breakerFor(name: string, config: CircuitBreakerConfig | undefined, runtime: LegacyRuntime): UnifiedCircuitBreaker {
  const { manager = getUnifiedCircuitBreakerManager() } = runtime;
  const known = config === undefined ? manager.getCircuitBreaker(name) : null;
  return known ?? listedBreaker(name, (config ?? asConfig(CircuitBreakerConfig, {})).toUnifiedConfig(), { ...runtime, manager });
}

/** The numbers of a breaker that was made elsewhere; a rule that is off shows its default. */
function configInForce(breaker: UnifiedCircuitBreaker): CircuitBreakerConfig {
  const { failureThreshold, successThreshold, slidingWindowSize, errorRateThreshold, minRequestsThreshold, recoveryTimeoutMs, timeoutMs } = breaker.getStatus().config;
  const numbers = {
    failureThreshold: failureThreshold ?? undefined,
    successThreshold: successThreshold ?? undefined,
    slidingWindowSize: slidingWindowSize ?? undefined,
    errorRateThreshold: errorRateThreshold ?? undefined,
    minRequestsThreshold: minRequestsThreshold ?? undefined,
    recoveryTimeout: secondsOf(recoveryTimeoutMs),
    timeout: secondsOf(timeoutMs),
  };
  return insideLegacyName(() => new CircuitBreakerConfig(numbers));
}
