import { adaptiveConcurrency, cusum } from 'unified-circuit-breaker';
import { UnifiedCircuitBreaker, UnifiedCircuitBreakerManager } from 'unified-circuit-breaker';
import type { UnifiedCircuitConfig } from 'unified-circuit-breaker';
import { TIMEOUT_MS } from '../policy.ts';
import type { Client, Policy } from '../policy.ts';

/** Everything that adapts, as docs/choosing-thresholds.md shows it. */
export const ADAPTIVE = {
  detector: cusum(),
  adaptiveThreshold: true,
  maxConcurrent: adaptiveConcurrency({ ceiling: 200 }),
} as const satisfies Partial<UnifiedCircuitConfig>;

const attempt = async (
  breaker: UnifiedCircuitBreaker,
  operation: () => Promise<void>,
): ReturnType<Client['attempt']> => {
  const { status } = await breaker.tryCall(operation);
  if (status === 'success') return 'ok';
  return status === 'rejected' ? 'rejected' : 'failed';
};

interface Extras {
  /** Whether it has a health check. */
  readonly checked?: boolean;
  readonly only?: Policy['only'];
}

/** This library with one configuration. */
export function ours(
  name: string,
  title: string,
  config: Partial<UnifiedCircuitConfig>,
  { checked = false, only }: Extras = {},
): Policy {
  return {
    name,
    title,
    ours: true,
    ...(only && { only }),
    create(time, random, health) {
      const healthCheck = checked ? { healthCheck: { check: health } } : {};
      const breaker = new UnifiedCircuitBreaker({
        name,
        timeoutMs: TIMEOUT_MS,
        ...config,
        ...healthCheck,
        clock: time,
        random,
      });
      return {
        attempt: (_, operation) => attempt(breaker, operation),
        opened: () => breaker.getMetrics().circuitOpenedCount,
        dispose: () => breaker.dispose(),
      };
    },
  };
}

/** One breaker a key. */
const keyed: Policy = {
  name: 'adaptive, keyed',
  title: 'adaptive, with a breaker for each shard',
  ours: true,
  only: (scenario) => scenario.includes('shard'),
  create(time, random) {
    const manager = new UnifiedCircuitBreakerManager({ clock: time, random });
    const group = manager.keyed('shards', { timeoutMs: TIMEOUT_MS, ...ADAPTIVE });
    return {
      attempt: (key, operation) => attempt(group.for(String(key)), operation),
      opened: () => 0,
      dispose: () => manager.dispose(),
    };
  },
};

/** The defaults of the code that this library replaces. */
const LONG_WAITS = { recoveryTimeoutMs: 60_000, maxBackoffMs: 300_000 };

/** Thresholds that are too low for a noisy dependency, which is what adaptive ones are for. */
const STRICT = { failureThreshold: 5 };
const noisy = (scenario: string): boolean => /^(noise|blip|partial|gradual|outage)/.test(scenario);

export const OURS: readonly Policy[] = [
  ours('default', 'our defaults', {}),
  ours('long waits', 'our defaults with waits of 60 to 300 s', LONG_WAITS),
  ours('cusum', 'our defaults with the cusum detector', { detector: ADAPTIVE.detector }),
  ours('adaptive', 'cusum, with thresholds and a concurrency limit that adapt', ADAPTIVE),
  ours('adaptive, health', 'adaptive, with a health check', ADAPTIVE, { checked: true }),
  keyed,
  ours('strict', 'our defaults with `failureThreshold: 5`', STRICT, { only: noisy }),
  ours(
    'strict, adaptive',
    'strict with `adaptiveThreshold: true`',
    { ...STRICT, adaptiveThreshold: true },
    { only: noisy },
  ),
];
