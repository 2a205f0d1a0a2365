import type { UnifiedCircuitBreaker } from '../../breaker/unified-circuit-breaker.ts';
import { isRequestError } from '../../presets/node-errors.ts';
import { canonical } from '../../presets/services.ts';
import { warnOfLegacyName } from '../deprecation.ts';
import { guardedCall, LegacyOpenError, withArguments } from '../guarded-call.ts';
import type { LegacyOperation } from '../guarded-call.ts';
import { authSettings, lenientAuthSettings } from '../mapping/auth-client.ts';
import { ownBreaker } from '../runtime.ts';
import type { LegacyRuntime } from '../runtime.ts';

const LENIENT: ReadonlySet<string> = /* @__PURE__ */ new Set(['development', 'testing', 'docker']);

/** Calls of the authentication service, through a circuit of its own. @deprecated Use `UnifiedCircuitBreaker` with `presets.authService`. */
export class AuthCircuitBreakerManager {
  /** The breaker behind the legacy name; new code uses it directly. */
  readonly circuitBreaker: UnifiedCircuitBreaker;

  /** @param environment `development`, `testing` and `docker` are lenient; upper and lower case are alike. */
  constructor(environment = 'production', runtime: LegacyRuntime = {}) {
    warnOfLegacyName('auth-client', 'AuthCircuitBreakerManager', 'UnifiedCircuitBreaker with presets.authService');
    const settings = LENIENT.has(environment.toLowerCase()) ? lenientAuthSettings : authSettings;
    this.circuitBreaker = ownBreaker('auth_service', { ...canonical.preset, ...settings, ignoreErrors: isRequestError }, runtime);
  }

  /**
   * Runs `operation` with its arguments if the circuit lets it, and records how it went.
   *
   * @throws CircuitBreakerOpenError when the circuit does not admit the call; that says nothing about the user's token.
   * @throws CircuitBreakerTimeoutError when it takes too long.
   * @throws whatever `operation` throws, unchanged.
   */
  callWithBreaker<Args extends readonly unknown[], T>(operation: LegacyOperation<Args, T>, ...args: Args): Promise<T> {
    return guardedCall(this.circuitBreaker, withArguments(operation, args), (rejection) => new LegacyOpenError(rejection, "Circuit breaker 'auth_service' is OPEN"));
  }
}
