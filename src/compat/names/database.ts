/**
 * The legacy names of `db/client_config.py`, `db/database_manager.py` and `core/clickhouse_connection_manager.py`.
 * @module
 */
import type { UnifiedCircuitBreaker } from '../../breaker/unified-circuit-breaker.ts';
import { LegacyBreaker, type BreakerSpec, type Given } from '../breaker.ts';
import { guardedCall, legacyErrors, LegacyOpenError, type LegacyOperation } from '../call.ts';
import { asConfig, legacyConfig, type LegacyConfig } from '../config.ts';
import { insideLegacyName, warnOfLegacyName } from '../deprecation.ts';
import { clickhouseConfig, connectionConfig } from '../option-tables.ts';
import { readLegacy, unifiedFrom, type GivenLegacy } from '../options.ts';
import { makeBreaker, managerOf, type LegacyRuntime } from '../runtime.ts';
import { legacyState } from '../status.ts';
import { CircuitBreakerRegistry, CircuitConfig, circuitRegistry, type CircuitBreaker } from './core.ts';

const CREATE = 'getUnifiedCircuitBreakerManager().createCircuitBreaker';

type Options = typeof clickhouseConfig.options;
/** The configuration of a `ClickHouseCircuitBreaker`, in seconds. @deprecated Use `UnifiedCircuitConfig`. */
export const CircuitBreakerConfig = /* @__PURE__ */ legacyConfig(clickhouseConfig);
export type CircuitBreakerConfig = LegacyConfig<Options>;

/** The rejection of a `ClickHouseCircuitBreaker`. @deprecated Use `CircuitBreakerOpenError`. */
export class ConnectionError extends LegacyOpenError { override get name(): string { return 'ConnectionError'; } }

/** Opens after consecutive failures, closes at the first success. @deprecated Use `UnifiedCircuitBreaker`. */
export class ClickHouseCircuitBreaker extends LegacyBreaker<Options> {
  /** @internal */ static override readonly spec: BreakerSpec<Options> = {
    source: 'database', name: 'ClickHouseCircuitBreaker', config: CircuitBreakerConfig, circuit: 'clickhouse',
    rejected: (rejection) => new ConnectionError(rejection, 'ClickHouse circuit breaker is open - too many failures'),
  };
  constructor(config: Given<Options> = {}, runtime: LegacyRuntime = {}) { super(config, runtime); }
}

/** By breaker: threshold, wait, probes and timeout, in seconds. */
const CLIENTS = {
  postgres: [8, 20, 5, 25],
  clickhouse: [6, 30, 3, 30],
  db_read: [10, 15, 5, 12],
  db_write: [5, 45, 3, 20],
} as const;

function clientConfig(name: keyof typeof CLIENTS): CircuitConfig {
  warnOfLegacyName('database', 'DatabaseClientConfig', 'UnifiedCircuitConfig');
  const [failureThreshold, recoveryTimeout, halfOpenMaxCalls, timeoutSeconds] = CLIENTS[name];
  return asConfig(CircuitConfig, { name, failureThreshold, recoveryTimeout, halfOpenMaxCalls, timeoutSeconds });
}

/** The configurations of the database breakers, in seconds. @deprecated Use `UnifiedCircuitConfig`. */
export const DatabaseClientConfig = /* @__PURE__ */ Object.freeze({
  get POSTGRES_CONFIG(): CircuitConfig { return clientConfig('postgres'); },
  get CLICKHOUSE_CONFIG(): CircuitConfig { return clientConfig('clickhouse'); },
  get READ_CONFIG(): CircuitConfig { return clientConfig('db_read'); },
  get WRITE_CONFIG(): CircuitConfig { return clientConfig('db_write'); },
});

async function circuitOf(name: keyof typeof CLIENTS, runtime: LegacyRuntime | undefined): Promise<CircuitBreaker> {
  warnOfLegacyName('database', 'CircuitBreakerManager', `${CREATE}(name, config)`);
  return insideLegacyName(() => {
    const registry = runtime === undefined ? circuitRegistry : new CircuitBreakerRegistry(runtime);
    return registry.getBreaker(name, clientConfig(name));
  });
}

/** The breakers of databases. @deprecated Use `createCircuitBreaker(name, config)` of the manager. */
export const CircuitBreakerManager = {
  getPostgresCircuit: (runtime?: LegacyRuntime): Promise<CircuitBreaker> => circuitOf('postgres', runtime),
  getReadCircuit: (runtime?: LegacyRuntime): Promise<CircuitBreaker> => circuitOf('db_read', runtime),
  getWriteCircuit: (runtime?: LegacyRuntime): Promise<CircuitBreaker> => circuitOf('db_write', runtime),
  getClickhouseCircuit: (runtime?: LegacyRuntime): Promise<CircuitBreaker> => circuitOf('clickhouse', runtime),
} as const;

/** What `configureCircuitBreaker()` takes, in seconds. Zero leaves a number as it is. */
export type DatabaseCircuitOptions = GivenLegacy<typeof connectionConfig.options>;

function statusOf(breaker: UnifiedCircuitBreaker) {
  const { consecutiveFailures: failureCount, totalCalls, failedCalls, successRate } = breaker.getMetrics();
  const state = legacyState(breaker).toUpperCase() as 'CLOSED' | 'OPEN' | 'HALF_OPEN';
  return { state, failureCount, totalCalls, failedCalls, successRate };
}

const NAME = 'database_connection';
const errorFor = /* @__PURE__ */ legacyErrors({});

/** Connects through `database_connection`. @deprecated Use `createCircuitBreaker(name, config)` of the manager. */
export class DatabaseManager {
  readonly #runtime: LegacyRuntime;
  constructor(runtime: LegacyRuntime = {}) {
    warnOfLegacyName('database', 'DatabaseManager', `${CREATE}('${NAME}', config)`);
    this.#runtime = runtime;
  }
  /** The breaker `database_connection`. New code uses it directly. */
  get breaker(): UnifiedCircuitBreaker {
    const config = unifiedFrom(connectionConfig, readLegacy(connectionConfig, {}));
    const known = managerOf(this.#runtime).getCircuitBreaker(NAME);
    return known ?? makeBreaker(NAME, config, { ...this.#runtime, shared: true });
  }
  /** Connects, if the circuit admits the call. @throws CircuitBreakerTimeoutError after 10 seconds. */
  getConnection<Args extends readonly unknown[], T>(connect: LegacyOperation<Args, T>, ...args: Args): Promise<T> {
    return guardedCall(this.breaker, connect, args, errorFor);
  }
  /** Changes the live breaker, which keeps its figures. @throws CircuitBreakerConfigError that lists every problem. */
  configureCircuitBreaker(options: DatabaseCircuitOptions): void {
    const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== 0));
    const read = readLegacy(connectionConfig, given);
    const { recoveryTimeoutMs, maxBackoffMs, ...unified } = unifiedFrom(connectionConfig, read);
    const { failureThreshold, slidingWindowSize, minRequestsThreshold } = unified;
    managerOf(this.#runtime).reconfigure(this.breaker.name, {
      ...('failureThreshold' in read.explicit && { failureThreshold, slidingWindowSize, minRequestsThreshold }),
      ...('recoveryTimeout' in read.explicit && { recoveryTimeoutMs, maxBackoffMs }),
    });
  }
  /** Returns the status of `database_connection`. */ getCircuitBreakerStatus() { return statusOf(this.breaker); }
  /** Returns the status of every breaker of the process by its name. */
  getAllCircuitStatus(): Record<string, ReturnType<typeof statusOf>> {
    return Object.fromEntries([...managerOf(this.#runtime)].map((breaker) => [breaker.name, statusOf(breaker)]));
  }
}
