import type { LegacyName, LegacyOptions } from '../legacy-name.ts';
import { circuitConfigOptions, circuitConfigSettings } from './core.ts';

/** Of `EnterpriseCircuitConfig`. */
export const enterpriseConfigOptions = {
  ...circuitConfigOptions,
  /** Whether the threshold follows latency and health. Default true. */
  adaptiveThreshold: { kind: 'flag', to: 'adaptiveThreshold', default: true },
  /** Never read. */
  monitoringEnabled: { kind: 'flag', to: null, default: true, note: 'never read' },
  /** Never read. */
  alertOnOpen: { kind: 'flag', to: null, default: true, note: "never read; listen to `breaker.on('stateChange', …)`" },
} as const satisfies LegacyOptions;

const MODULE = 'core/resilience/circuit_breaker.py';

const breaker = {
  module: MODULE,
  name: 'UnifiedCircuitBreaker',
  source: 'resilience',
  replacement: 'UnifiedCircuitBreaker',
  options: enterpriseConfigOptions,
  settings: circuitConfigSettings,
} as const;

/** The legacy names of `./compat/resilience`. */
export const resilienceNames: readonly LegacyName[] = [
  {
    module: MODULE,
    name: 'EnterpriseCircuitConfig',
    source: 'resilience',
    shim: 'EnterpriseCircuitConfig',
    replacement: 'UnifiedCircuitConfig',
    options: enterpriseConfigOptions,
    settings: circuitConfigSettings,
    kept: ['seconds, under the legacy names in camelCase; adaptive unless it says otherwise'],
    repaired: [{ fault: 'could be changed after use, with no effect', now: 'frozen', check: 'assignments to its fields; use `reconfigure()` of the manager' }],
  },
  {
    ...breaker,
    shim: 'EnterpriseCircuitBreaker',
    members: { has_adaptive_threshold: 'getStatus().config.adaptiveThreshold', get_slow_call_threshold: 'getStatus().config.slowCallThresholdMs' },
    kept: ['everything of the CircuitBreaker of `core`: failures in a row open, one success closes, waits do not grow'],
    repaired: [
      { fault: '`is_closed` and `is_half_open` were always false, and a manager that held such a breaker was degraded for ever', now: 'they say how it is', check: 'code that had learned not to ask' },
      { fault: 'a configuration that was not an enterprise one had neither an adaptive threshold nor a slow-call threshold of its own', now: 'both are those of the configuration', check: 'nothing' },
    ],
  },
  { ...breaker, shim: 'UnifiedCircuitBreaker', note: 'Another name of `EnterpriseCircuitBreaker`; the breaker of this library has the same one.' },
];
