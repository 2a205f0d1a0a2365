import { isStatementError } from '../../presets/node-errors.ts';
import { legacyConfig } from '../legacy-config.ts';
import type { GivenLegacy } from '../read-legacy.ts';
import { domainSettings } from '../mapping/domain.ts';
import { databaseOptions } from '../mapping/domain-options.ts';
import { isListed } from './class-name.ts';
import { domainConfig } from './domain-config.ts';
import type { DomainConfig } from './domain-config.ts';

/** What `DatabaseCircuitBreakerConfig` takes: legacy names, seconds. */
export type DatabaseCircuitBreakerOptions = GivenLegacy<typeof databaseOptions>;

type Shown = 'failureThreshold' | 'recoveryTimeoutSeconds' | 'queryTimeoutSeconds' | 'connectionPoolThreshold' | 'checkPoolHealth';

/** The configuration of a `DatabaseCircuitBreaker`, in seconds. @deprecated Use `UnifiedCircuitConfig`. */
export type DatabaseCircuitBreakerConfig = DomainConfig<typeof databaseOptions, Shown>;

const isWrongStatement = (error: unknown): boolean => isStatementError(error) || isListed(error, ['IntegrityError']);

/** The configuration of a `DatabaseCircuitBreaker`, in seconds. @deprecated Use `UnifiedCircuitConfig`. */
export const DatabaseCircuitBreakerConfig = /* @__PURE__ */ domainConfig(
  /* @__PURE__ */ legacyConfig({ source: 'domain', name: 'DatabaseCircuitBreakerConfig' }, databaseOptions, domainSettings),
  databaseOptions,
  {
    shown: ['failureThreshold', 'recoveryTimeoutSeconds', 'queryTimeoutSeconds', 'connectionPoolThreshold', 'checkPoolHealth'],
    expected: 'expectedDatabaseExceptions',
    answers: isWrongStatement,
  },
);
