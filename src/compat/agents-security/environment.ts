import { insideLegacyName } from '../deprecation.ts';
import { CircuitBreakerConfig } from './circuit-breaker-config.ts';
import type { CircuitBreakerConfigOptions } from './circuit-breaker-config.ts';

/** Environment variables by their names. */
export type Environment = Readonly<Record<string, string | undefined>>;

const VARIABLES = {
  failureThreshold: 'CIRCUIT_BREAKER_FAILURE_THRESHOLD',
  recoveryTimeout: 'CIRCUIT_BREAKER_RECOVERY_TIMEOUT',
  successThreshold: 'CIRCUIT_BREAKER_SUCCESS_THRESHOLD',
  failureWindowSeconds: 'CIRCUIT_BREAKER_FAILURE_WINDOW',
  maxHalfOpenCalls: 'CIRCUIT_BREAKER_MAX_HALF_OPEN',
} as const satisfies Record<keyof CircuitBreakerConfigOptions, string>;

/** The environment of the process, where there is one. */
export function processEnvironment(): Environment {
  return (globalThis as { readonly process?: { readonly env?: Environment } }).process?.env ?? {};
}

/**
 * The configuration that the environment asks for; an empty variable asks for nothing.
 *
 * @throws CircuitBreakerConfigError when a variable does not fit its option.
 */
export function configFrom(environment: Environment): CircuitBreakerConfig {
  const given = Object.entries(VARIABLES).flatMap(([option, variable]) => {
    const text = environment[variable]?.trim() ?? '';
    return text === '' ? [] : [[option, Number(text)]];
  });
  return insideLegacyName(() => new CircuitBreakerConfig(Object.fromEntries(given) as CircuitBreakerConfigOptions));
}
