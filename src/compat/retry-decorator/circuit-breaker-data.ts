import type { CircuitBreakerOpenError } from '../../core/errors.ts';
import { unifiedFrom } from '../convert.ts';
import { readLegacy } from '../read-legacy.ts';
import type { GivenLegacy } from '../read-legacy.ts';
import { warnOfLegacyName } from '../deprecation.ts';
import { LegacyOpenError } from '../guarded-call.ts';
import { LegacyBreaker } from '../legacy-breaker.ts';
import { circuitBreakerDataOptions, circuitBreakerDataSettings } from '../mapping/retry-decorator.ts';
import { decayingFailures } from '../quirks.ts';
import { ownBreaker } from '../runtime.ts';
import type { LegacyRuntime } from '../runtime.ts';

/** What `CircuitBreakerData` takes: legacy names, seconds. */
export type CircuitBreakerDataOptions = GivenLegacy<typeof circuitBreakerDataOptions>;

/** Opens at so many failures, of which each success takes one back; closes at the first success. @deprecated Use `UnifiedCircuitBreaker`. */
export class CircuitBreakerData extends LegacyBreaker {
  /** @throws CircuitBreakerConfigError that lists every problem with the options. */
  constructor(options: CircuitBreakerDataOptions = {}, runtime: LegacyRuntime = {}) {
    warnOfLegacyName('retry-decorator', 'CircuitBreakerData', 'UnifiedCircuitBreaker');
    const { held, explicit } = readLegacy('CircuitBreakerData', circuitBreakerDataOptions, options);
    const config = unifiedFrom(circuitBreakerDataOptions, held, explicit, circuitBreakerDataSettings);
    super(ownBreaker('retry_decorator', config, runtime, { tripPolicy: decayingFailures(held.failureThreshold) }));
  }

  protected override rejected(rejection: CircuitBreakerOpenError): Error {
    return new LegacyOpenError(rejection, 'Circuit breaker is open');
  }
}
