import { adaptiveConcurrency, cusum } from 'unified-circuit-breaker';
import { UnifiedCircuitBreaker, UnifiedCircuitBreakerManager } from 'unified-circuit-breaker';
import type { UnifiedCircuitConfig } from 'unified-circuit-breaker';
import { TIMEOUT_MS } from '../policy.ts';
import type { Client, Policy } from '../policy.ts';

/** The configuration that docs/choosing-thresholds.md recommends. */
export const RECOMMENDED = {
  detector: cusum(),
  adaptiveThreshold: true,
  recoveryTimeoutMs: 1_000,
  maxBackoffMs: 2_000,
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

function ours(
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
      const healthCheck = checked ? { healthCheck: { check: health, intervalMs: 1_000 } } : {};
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
  title: 'the recommended configuration, a breaker for each shard',
  ours: true,
  only: (scenario) => scenario.includes('shard'),
  create(time, random) {
    const manager = new UnifiedCircuitBreakerManager({ clock: time, random });
    const group = manager.keyed('shards', { timeoutMs: TIMEOUT_MS, ...RECOMMENDED });
    return {
      attempt: (key, operation) => attempt(group.for(String(key)), operation),
      opened: () => 0,
      dispose: () => manager.dispose(),
    };
  },
};

const SHORT_WAITS = { recoveryTimeoutMs: 1_000, maxBackoffMs: 2_000 };

/** Thresholds that are too low for a noisy dependency, which is what adaptive ones are for. */
const STRICT = { ...SHORT_WAITS, failureThreshold: 5 };
const noisy = (scenario: string): boolean => /^(noise|blip|partial|gradual|outage)/.test(scenario);

export const OURS: readonly Policy[] = [
  ours('default', 'our defaults', {}),
  ours('short waits', 'our defaults with waits of 1 to 2 s', SHORT_WAITS),
  ours('cusum', 'short waits with the cusum detector', { ...SHORT_WAITS, detector: RECOMMENDED.detector }),
  ours('adaptive', 'the recommended configuration', RECOMMENDED),
  ours('adaptive, health', 'the recommended configuration with a health check each second', RECOMMENDED, {
    checked: true,
  }),
  keyed,
  ours('strict', 'short waits with `failureThreshold: 5`', STRICT, { only: noisy }),
  ours(
    'strict, adaptive',
    'strict with `adaptiveThreshold: true`',
    { ...STRICT, adaptiveThreshold: true },
    { only: noisy },
  ),
];
