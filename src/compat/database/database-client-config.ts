import { CircuitConfig } from '../core/circuit-config.ts';
import { insideLegacyName, warnOfLegacyName } from '../deprecation.ts';

/** How often and how late a query is tried again; in seconds. */
export interface DatabaseRetryConfig {
  /** Tries after the first. */
  readonly maxRetries: number;
  /** Seconds before the first of them. */
  readonly baseDelay: number;
  /** The longest wait, in seconds. */
  readonly maxDelay: number;
  /** How much longer each wait is than the one before. */
  readonly exponentialBase: number;
  /** Whether waits are spread. */
  readonly jitter: boolean;
}

/** How long answers are kept; in seconds. */
export interface DatabaseCacheConfig {
  /** Seconds that the answer of a query is kept. */
  readonly queryCacheTtl: number;
  /** Seconds that the answer of a health check is kept. */
  readonly healthCacheTtl: number;
  /** Answers that are kept at most. */
  readonly maxCacheSize: number;
}

/** Made at the first use, and the same from then on. */
function lazily<T extends object>(make: () => T): () => T {
  let made: T | undefined;
  return () => {
    warnOfLegacyName('database', 'DatabaseClientConfig', 'UnifiedCircuitConfig');
    made ??= Object.freeze(insideLegacyName(make));
    return made;
  };
}

const postgres = /* @__PURE__ */ lazily(() => new CircuitConfig({ name: 'postgres', failureThreshold: 8, recoveryTimeout: 20, timeoutSeconds: 25, halfOpenMaxCalls: 5 }));
const clickhouse = /* @__PURE__ */ lazily(() => new CircuitConfig({ name: 'clickhouse', failureThreshold: 6, recoveryTimeout: 30, timeoutSeconds: 30, halfOpenMaxCalls: 3 }));
const read = /* @__PURE__ */ lazily(() => new CircuitConfig({ name: 'db_read', failureThreshold: 10, recoveryTimeout: 15, timeoutSeconds: 12, halfOpenMaxCalls: 5 }));
const write = /* @__PURE__ */ lazily(() => new CircuitConfig({ name: 'db_write', failureThreshold: 5, recoveryTimeout: 45, timeoutSeconds: 20, halfOpenMaxCalls: 3 }));
const retry = /* @__PURE__ */ lazily((): DatabaseRetryConfig => ({ maxRetries: 3, baseDelay: 1, maxDelay: 10, exponentialBase: 2, jitter: true }));
const cache = /* @__PURE__ */ lazily((): DatabaseCacheConfig => ({ queryCacheTtl: 300, healthCacheTtl: 60, maxCacheSize: 1_000 }));

/** The numbers of the database breakers, in seconds. @deprecated Use `UnifiedCircuitConfig`. */
export const DatabaseClientConfig = /* @__PURE__ */ Object.freeze({
  /** Of `postgres`: 8 failures in a row, 20 s, 5 probes, 25 s a call. */
  get POSTGRES_CONFIG(): CircuitConfig {
    return postgres();
  },
  /** Of `clickhouse`: 6 failures in a row, 30 s, 3 probes, 30 s a call. */
  get CLICKHOUSE_CONFIG(): CircuitConfig {
    return clickhouse();
  },
  /** Of `db_read`: 10 failures in a row, 15 s, 5 probes, 12 s a call. */
  get READ_CONFIG(): CircuitConfig {
    return read();
  },
  /** Of `db_write`: 5 failures in a row, 45 s, 3 probes, 20 s a call. */
  get WRITE_CONFIG(): CircuitConfig {
    return write();
  },
  /** 3 retries, 1 s to 10 s, twice as long each time, spread. */
  get RETRY_CONFIG(): DatabaseRetryConfig {
    return retry();
  },
  /** Queries 300 s, health 60 s, at most 1 000 answers. */
  get CACHE_CONFIG(): DatabaseCacheConfig {
    return cache();
  },
});
