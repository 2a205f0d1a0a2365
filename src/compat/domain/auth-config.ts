import { isRequestError } from '../../presets/node-errors.ts';
import { legacyConfig } from '../legacy-config.ts';
import type { GivenLegacy, HeldLegacy } from '../read-legacy.ts';
import { authSettings } from '../mapping/domain.ts';
import { authOptions } from '../mapping/domain-options.ts';
import { isListed } from './class-name.ts';
import { domainConfig } from './domain-config.ts';
import type { DomainConfig } from './domain-config.ts';

/** What `AuthCircuitBreakerConfig` takes: legacy names, seconds. */
export type AuthCircuitBreakerOptions = GivenLegacy<typeof authOptions>;

type Shown = 'securityFailureThreshold' | 'securityRecoveryTimeoutSeconds' | 'authTimeoutSeconds' | 'suspiciousActivityThreshold';

/** The configuration of an `AuthCircuitBreaker`, in seconds. @deprecated Use `UnifiedCircuitConfig`. */
export type AuthCircuitBreakerConfig = DomainConfig<typeof authOptions, Shown>;

/** Whether an error is an answer about the caller. */
function isAnswer(error: unknown, { credentialErrors, sessionErrors, securityErrors }: HeldLegacy<typeof authOptions>): boolean {
  return isRequestError(error) || isListed(error, [...credentialErrors, ...sessionErrors, ...securityErrors, 'AuthorizationError', 'TokenExpiredError']);
}

/** The configuration of an `AuthCircuitBreaker`, in seconds. @deprecated Use `UnifiedCircuitConfig`. */
export const AuthCircuitBreakerConfig = /* @__PURE__ */ domainConfig(
  /* @__PURE__ */ legacyConfig({ source: 'domain', name: 'AuthCircuitBreakerConfig' }, authOptions, authSettings),
  authOptions,
  {
    shown: ['securityFailureThreshold', 'securityRecoveryTimeoutSeconds', 'authTimeoutSeconds', 'suspiciousActivityThreshold'],
    expected: 'expectedAuthExceptions',
    answers: isAnswer,
  },
);
