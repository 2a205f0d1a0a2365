import { CircuitBreakerRegistry } from '../core/circuit-breaker-registry.ts';
import type { CircuitBreaker } from '../core/circuit-breaker.ts';
import type { CircuitConfig } from '../core/circuit-config.ts';
import { circuitRegistry } from '../core/registry-functions.ts';
import { insideLegacyName, warnOfLegacyName } from '../deprecation.ts';
import type { LegacyRuntime } from '../runtime.ts';
import { DatabaseClientConfig } from './database-client-config.ts';

async function listed(configOf: () => CircuitConfig, runtime: LegacyRuntime | undefined): Promise<CircuitBreaker> {
  warnOfLegacyName('database', 'CircuitBreakerManager', 'getUnifiedCircuitBreakerManager().createCircuitBreaker(name, config)');
  return insideLegacyName(() => {
    const config = configOf();
    return (runtime === undefined ? circuitRegistry : new CircuitBreakerRegistry(runtime)).getBreaker(config.name, config);
  });
}

/**
 * The breakers of the databases, in the registry of the process.
 * A breaker of that name that others made with another configuration keeps theirs, and a warning tells of it.
 *
 * @deprecated Use `getUnifiedCircuitBreakerManager().createCircuitBreaker(name, config)`.
 */
export const CircuitBreakerManager = {
  /** The breaker `postgres`. */
  getPostgresCircuit: (runtime?: LegacyRuntime): Promise<CircuitBreaker> => listed(() => DatabaseClientConfig.POSTGRES_CONFIG, runtime),
  /** The breaker `db_read`. */
  getReadCircuit: (runtime?: LegacyRuntime): Promise<CircuitBreaker> => listed(() => DatabaseClientConfig.READ_CONFIG, runtime),
  /** The breaker `db_write`. */
  getWriteCircuit: (runtime?: LegacyRuntime): Promise<CircuitBreaker> => listed(() => DatabaseClientConfig.WRITE_CONFIG, runtime),
  /** The breaker `clickhouse`. */
  getClickhouseCircuit: (runtime?: LegacyRuntime): Promise<CircuitBreaker> => listed(() => DatabaseClientConfig.CLICKHOUSE_CONFIG, runtime),
} as const;
