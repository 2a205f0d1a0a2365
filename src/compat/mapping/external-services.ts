import type { LegacyName } from '../legacy-name.ts';
import { circuitConfigOptions, circuitConfigSettings } from './core.ts';

const MODULE = 'core/resilience/external_services.py';

const CALLERS = {
  fault: 'every error became a fallback body, also one that the caller made',
  now: 'an error with a status from 400 to 499, but 408 and 429, does not count, and is thrown',
  check: 'callers that expect a body after refused credentials or a wrong request',
} as const;

const call = (name: string, shim: string, service: string): LegacyName => ({
  module: MODULE,
  name,
  source: 'external-services',
  shim,
  replacement: 'UnifiedCircuitBreaker.call with fallback',
  kept: [`the circuit is \`${service}\`, in the manager of the process`],
});

/** The legacy names of `./compat/external-services`. */
export const externalServicesNames: readonly LegacyName[] = [
  {
    module: MODULE,
    name: 'ExternalServiceCircuitBreaker',
    source: 'external-services',
    shim: 'ExternalServiceCircuitBreaker',
    replacement: 'UnifiedCircuitBreaker with fallback',
    settings: circuitConfigSettings,
    members: { call_external_service: 'call(operation, { fallback })', get_status: 'getStatus()', is_healthy: "state !== 'open'" },
    kept: [
      'the circuit is listed as `external_<service>`',
      'development 5 failures in a row and 15 s, staging 3 and 30 s, everything else, testing too, 3 and 60 s; half-open limit and timeout are those of the environment',
      'one success closes; waits do not grow',
      'a rejection, a timeout and an error of the service become a fallback body',
    ],
    repaired: [
      { fault: 'a coroutine that was not awaited counted as a success at once', now: 'whatever gives a promise is awaited: failures are seen', check: 'circuits that open for the first time, and calls that now have a timeout' },
      CALLERS,
    ],
  },
  {
    module: MODULE,
    name: 'ExternalServiceManager',
    source: 'external-services',
    shim: 'ExternalServiceManager',
    replacement: 'UnifiedCircuitBreakerManager',
    members: {
      get_circuit_breaker: 'createCircuitBreaker(name, config)',
      call_service: 'callWithCircuitBreaker(name, operation, { fallback })',
      get_all_statuses: 'getAllStatus()',
      get_health_summary: 'getHealthSummary()',
    },
    kept: ['nine services are known from the start'],
    repaired: [
      {
        fault: 'services were kept for ever',
        now: 'status and health show at most 1 000, and those made first make room; the manager of the process still lists all',
        check: 'names of services that hold an identifier',
      },
    ],
  },
  {
    module: MODULE,
    name: 'get_external_service_manager',
    source: 'external-services',
    shim: 'getExternalServiceManager',
    replacement: 'getUnifiedCircuitBreakerManager()',
    kept: ['one for the process; the environment of the first call counts'],
    repaired: [{ fault: 'read the environment from a configuration of its own, and took any error in that for production', now: 'the environment is an argument; without it production', check: 'the first call, which has to give it' }],
  },
  call('call_oauth_service', 'callOauthService', 'external_oauth_<provider>'),
  call('call_llm_service', 'callLlmService', 'external_llm_<provider>'),
  call('call_external_api', 'callExternalApi', 'external_<service>'),
  {
    module: 'services/external_api_client.py',
    name: 'ExternalAPIConfig',
    source: 'external-services',
    shim: 'ExternalAPIConfig',
    replacement: 'UnifiedCircuitConfig',
    options: circuitConfigOptions,
    settings: circuitConfigSettings,
    kept: ['GOOGLE 3 failures, 30 s, timeout 10 s; OPENAI and ANTHROPIC 5, 20 s, 15 s; GENERIC 3, 30 s, 10 s; FAST 2, 10 s, 3 s; named `http_<api>`'],
  },
  {
    module: 'services/external_api_client.py',
    name: "circuit_registry.get_breaker('http_<api>')",
    source: 'external-services',
    shim: 'getHttpCircuit',
    replacement: 'UnifiedCircuitBreakerManager.createCircuitBreaker',
    kept: ['the circuit is listed as `http_<api>`; its numbers are those of the API that its name has in it, else GENERIC'],
    repaired: [
      { fault: 'asked the registry by a method that it did not have, so that every call of the client failed', now: 'gives the circuit', check: 'clients that were replaced because they failed' },
      { fault: 'errors that the caller made counted', now: 'statuses 400 to 499 but 408 and 429 are ignored', check: 'tests that open a circuit by such errors' },
    ],
  },
];
