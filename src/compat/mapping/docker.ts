import type { LegacyName, LegacyOptions, LegacySettings } from '../legacy-name.ts';

/** Of `DockerCircuitBreaker`. */
export const dockerOptions = {
  /** Failures in a row that open the circuit, and failures after the wait that open it again. Whole number, 1 or more. Default 5. */
  failureThreshold: { kind: 'count', to: 'failureThreshold', default: 5, note: 'one less than it is `halfOpenMaxFailures`' },
  /** Seconds from the opening until a command is tried again. Default 30. */
  recoveryTimeout: { kind: 'seconds', to: 'recoveryTimeoutMs', default: 30 },
  /** Successes that close the circuit. Whole number, 1 or more. Default 2. */
  successThreshold: { kind: 'count', to: 'successThreshold', default: 2 },
  /** Never used. */
  timeoutThreshold: { kind: 'count', to: null, default: 3, note: 'never used: a timeout is a failure like others' },
  /** Never used. */
  healthCheckInterval: { kind: 'seconds', to: null, default: 60, note: 'never used: nothing checked by itself' },
} as const satisfies LegacyOptions;

/** What the docker breaker did whatever it was given: only failures in a row open it, and waits do not grow. */
export const dockerSettings = { errorRateThreshold: null, exponentialBackoff: false, jitter: false, timeoutMs: null } as const satisfies LegacySettings;

const MODULE = 'test_framework/docker_circuit_breaker.py';

/** The legacy names of `./compat/docker`. */
export const dockerNames: readonly LegacyName[] = [
  {
    module: MODULE,
    name: 'DockerCircuitBreaker',
    source: 'docker',
    shim: 'DockerCircuitBreaker',
    replacement: 'UnifiedCircuitBreaker',
    options: dockerOptions,
    settings: dockerSettings,
    members: {
      is_available: 'canExecute()',
      execute_docker_command: 'call(({ signal }) => docker(command, { signal }), { timeoutMs })',
      health_check: 'call() of `docker version`',
      get_stats: 'getStatus()',
      force_open: 'trip({ reason })',
      force_close: 'reset()',
    },
    kept: [
      'a success while closed takes all failures back; two successes close a half-open circuit',
      'after the wait as many failures are needed to open it again as before',
      'a command that ends with another code than 0 has failed, and its result is returned all the same',
      '`isAvailable` is a property; `successRate` is in percent',
    ],
    repaired: [
      { fault: 'commands that were not let through counted as failed', now: 'they are `rejectedRequests`', check: 'alarms on `failedRequests`' },
      { fault: 'reading `is_available` or the statistics moved an open circuit on', now: 'reading changes nothing; the next command moves it', check: 'code that read it for that' },
      { fault: 'one lock made commands wait for each other, and after the wait any number was tried', now: 'commands run beside each other; after the wait at most 3 at once', check: 'commands that relied on running alone' },
      { fault: 'the module started docker itself', now: 'what runs a command is given as `execute`', check: 'where breakers are made' },
    ],
    note: 'statistics cannot be emptied alone: `reset()` empties them and closes the circuit',
  },
  {
    module: MODULE,
    name: 'DockerCircuitBreakerManager',
    source: 'docker',
    shim: 'DockerCircuitBreakerManager',
    replacement: 'UnifiedCircuitBreakerManager',
    members: { get_breaker: 'createCircuitBreaker(name, config)', get_all_stats: 'getAllStatus()', health_check_all: 'for (const breaker of manager) …' },
    kept: ['get or create; the same name gives the same breaker, whatever configuration comes later'],
    repaired: [{ fault: 'breakers were kept for ever', now: 'at most 10 000; the one unused for longest makes room', check: 'names that hold an identifier' }],
  },
  {
    module: MODULE,
    name: 'DockerCircuitBreakerError',
    source: 'docker',
    shim: 'DockerCircuitBreakerError',
    replacement: 'CircuitBreakerOpenError',
    kept: ["the message `Circuit breaker '<name>' is OPEN - failing fast to prevent cascading failures`"],
  },
];
