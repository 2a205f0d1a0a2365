import { CircuitBreakerFallbackError, isCircuitBreakerOpenError } from '../../core/errors.ts';
import { isRequestError } from '../../presets/node-errors.ts';
import { insideLegacyName, warnOfLegacyName } from '../deprecation.ts';
import type { LegacyOperation } from '../guarded-call.ts';
import { LegacyBreaker } from '../legacy-breaker.ts';
import { asConfig } from '../legacy-config.ts';
import { listedBreaker } from '../runtime.ts';
import type { LegacyRuntime } from '../runtime.ts';
import { AuthCircuitBreakerConfig } from './auth-config.ts';
import type { AuthCircuitBreakerOptions } from './auth-config.ts';
import { classNameOf, isListed } from './class-name.ts';
import { AuthSecurityError } from './domain-errors.ts';
import { domainStatus } from './domain-status.ts';
import type { DomainStatus } from './domain-status.ts';
import { SecurityMonitor } from './security-monitor.ts';
import type { SecurityMetrics, UserId } from './security-monitor.ts';
import { tell } from './session-hooks.ts';
import type { SessionManager } from './session-hooks.ts';

/** Authenticates instead; gets the arguments of the operation, and what it gives is taken for the operation's result. */
export type FallbackHandler = (...args: never[]) => unknown;

/** What an `AuthCircuitBreaker` may be made with besides. */
export interface AuthCircuitBreakerParts extends LegacyRuntime {
  /** Told of logins and of sessions that are over. Default: nobody. */
  readonly sessionManager?: SessionManager | undefined;
  /** Authenticates while the service cannot. Default: nobody. */
  readonly fallbackHandler?: FallbackHandler | undefined;
}

/** The status of an `AuthCircuitBreaker`. */
export interface AuthCircuitBreakerStatus extends DomainStatus<'auth', ReturnType<AuthCircuitBreakerConfig['toDict']>> {
  /** Users, failures and attacks, in numbers. */
  readonly securityMetrics: SecurityMetrics;
  /** Whether there is a fallback. */
  readonly hasFallback: boolean;
}

/** The breaker `auth_<name>`, which refuses flagged users. @deprecated Use `UnifiedCircuitBreaker` with `presets.authService`. */
export class AuthCircuitBreaker extends LegacyBreaker {
  /** The configuration, in seconds. */
  readonly config: AuthCircuitBreakerConfig;
  /** Who is flagged; lifts flags, too. */
  readonly securityMonitor: SecurityMonitor;
  readonly #sessions: SessionManager | undefined;
  readonly #fallback: FallbackHandler | undefined;

  /** @throws CircuitBreakerConfigError that lists every problem with the configuration. */
  constructor(name: string, config: AuthCircuitBreakerConfig | AuthCircuitBreakerOptions = {}, { sessionManager, fallbackHandler, ...runtime }: AuthCircuitBreakerParts = {}) {
    warnOfLegacyName('domain', 'AuthCircuitBreaker', 'UnifiedCircuitBreaker with presets.authService');
    const own = asConfig(AuthCircuitBreakerConfig, config) as AuthCircuitBreakerConfig;
    super(listedBreaker(`auth_${name}`, own.toUnifiedConfig(), runtime));
    this.config = own;
    this.securityMonitor = insideLegacyName(() => new SecurityMonitor(own));
    this.#sessions = sessionManager;
    this.#fallback = fallbackHandler;
  }

  /**
   * `call()`, unless the user is flagged. Only credential and security errors are held against the user.
   *
   * @throws AuthSecurityError when the user is flagged; `operation` was not run.
   * @throws CircuitBreakerFallbackError when the fallback failed, too; what `call()` throws, when no fallback serves it.
   */
  async authenticate<Args extends readonly unknown[], T>(operation: LegacyOperation<Args, T>, { userId }: { readonly userId?: UserId } = {}, ...args: Args): Promise<T> {
    if (this.securityMonitor.isUserSuspicious(userId)) throw new AuthSecurityError(`User ${userId} flagged for suspicious activity`);
    let result: T;
    try {
      result = await this.call(operation, ...args);
    } catch (error) {
      await this.#hold(error, userId);
      if (this.#fallback === undefined || !this.#isServed(error)) throw error;
      return this.#serve(this.#fallback as unknown as LegacyOperation<Args, T>, args, error);
    }
    this.securityMonitor.recordSuccess(userId);
    await tell(this.#sessions, 'recordLogin', userId);
    return result;
  }

  /** Holds against a user what is the user's. */
  async #hold(error: unknown, userId: UserId): Promise<void> {
    const { securityErrors, credentialErrors, sessionErrors } = this.config;
    if (isListed(error, securityErrors)) this.securityMonitor.flagSuspiciousUser(userId);
    else if (isListed(error, credentialErrors)) this.securityMonitor.recordFailure(userId, classNameOf(error));
    else if (isListed(error, sessionErrors)) await tell(this.#sessions, 'invalidateSession', userId);
  }

  /** A refusal by the circuit, or a listed error that is no answer about the caller. */
  #isServed(error: unknown): boolean {
    return isCircuitBreakerOpenError(error) || (isListed(error, this.config.fallbackEligibleErrors) && !isRequestError(error));
  }

  async #serve<Args extends readonly unknown[], T>(fallback: LegacyOperation<Args, T>, args: Args, cause: unknown): Promise<T> {
    try {
      return await fallback(...args);
    } catch (error) {
      throw new CircuitBreakerFallbackError(this.name, cause, [error]);
    }
  }

  /** The status: that of the breaker, with the domain, users, fallback and configuration. */
  getStatus(): AuthCircuitBreakerStatus {
    return { ...domainStatus(this, 'auth', this.config), securityMetrics: this.securityMonitor.getStats(), hasFallback: this.#fallback !== undefined };
  }
}
