import { isRequestError } from '../../presets/node-errors.ts';
import { CircuitBreaker } from '../core/circuit-breaker.ts';
import { CircuitConfig } from '../core/circuit-config.ts';
import { insideLegacyName, warnOfLegacyName } from '../deprecation.ts';
import { listedBreaker } from '../runtime.ts';
import type { LegacyRuntime } from '../runtime.ts';

/** By the API that is called. */
const NUMBERS = {
  google: { failureThreshold: 3, recoveryTimeout: 30, timeoutSeconds: 10 },
  openai: { failureThreshold: 5, recoveryTimeout: 20, timeoutSeconds: 15 },
  anthropic: { failureThreshold: 5, recoveryTimeout: 20, timeoutSeconds: 15 },
  fast: { failureThreshold: 2, recoveryTimeout: 10, timeoutSeconds: 3 },
  generic: { failureThreshold: 3, recoveryTimeout: 30, timeoutSeconds: 10 },
} as const;

type Api = keyof typeof NUMBERS;

/** The numbers of an API whose name is, or has in it, one that is known. */
function numbersOf(api: string): (typeof NUMBERS)[Api] {
  const known = (Object.keys(NUMBERS) as Api[]).find((key) => api.includes(key));
  return NUMBERS[known ?? 'generic'];
}

function made(api: string): CircuitConfig {
  return insideLegacyName(() => new CircuitConfig({ name: `http_${api}`, ...numbersOf(api) }));
}

function configOf(api: Api): CircuitConfig {
  warnOfLegacyName('external-services', 'ExternalAPIConfig', 'UnifiedCircuitConfig');
  return made(api);
}

/** The configurations of circuits for APIs over HTTP. @deprecated Use `UnifiedCircuitConfig`. */
export const ExternalAPIConfig = {
  /** 3 failures, 30 s, timeout 10 s. */
  get GOOGLE(): CircuitConfig {
    return configOf('google');
  },

  /** 5 failures, 20 s, timeout 15 s. */
  get OPENAI(): CircuitConfig {
    return configOf('openai');
  },

  /** 5 failures, 20 s, timeout 15 s. */
  get ANTHROPIC(): CircuitConfig {
    return configOf('anthropic');
  },

  /** 3 failures, 30 s, timeout 10 s. */
  get GENERIC(): CircuitConfig {
    return configOf('generic');
  },

  /** 2 failures, 10 s, timeout 3 s. */
  get FAST(): CircuitConfig {
    return configOf('fast');
  },
};

/**
 * The circuit of an API, listed as `http_<api>`: the numbers are those of the API that its name has in it, else GENERIC.
 *
 * @deprecated Use `UnifiedCircuitBreakerManager.createCircuitBreaker`.
 */
export function getHttpCircuit(api: string, runtime: LegacyRuntime = {}): CircuitBreaker {
  warnOfLegacyName('external-services', 'getHttpCircuit', 'UnifiedCircuitBreakerManager.createCircuitBreaker');
  const config = made(api.toLowerCase());
  const breaker = listedBreaker(config.name, { ...config.toUnifiedConfig(), ignoreErrors: isRequestError }, runtime);
  return insideLegacyName(() => new CircuitBreaker(config, { ...runtime, breaker }));
}
