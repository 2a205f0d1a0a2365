import { asConfig } from '../legacy-config.ts';
import { warnOfLegacyName } from '../deprecation.ts';
import type { LegacyOperation } from '../guarded-call.ts';
import { healthCheckOf } from '../health-checker.ts';
import type { HealthChecker } from '../health-checker.ts';
import { LegacyBreaker } from '../legacy-breaker.ts';
import { listedBreaker } from '../runtime.ts';
import type { LegacyRuntime } from '../runtime.ts';
import { isListed } from './class-name.ts';
import { DatabaseCircuitBreakerConfig } from './database-config.ts';
import type { DatabaseCircuitBreakerOptions } from './database-config.ts';
import { PoolWatch } from './database-pool.ts';
import type { DatabasePool, PoolWarning } from './database-pool.ts';
import { domainStatus } from './domain-status.ts';
import type { DomainStatus } from './domain-status.ts';
import { Transactions } from './transactions.ts';
import type { TransactionScope } from './transactions.ts';

/** What a `DatabaseCircuitBreaker` may be made with besides. */
export interface DatabaseCircuitBreakerParts extends LegacyRuntime {
  /** The pool of connections to look after. Default: none. */
  readonly dbPool?: DatabasePool | undefined;
  /** Asked while the circuit is open. Default: none. */
  readonly healthChecker?: HealthChecker | undefined;
  /** Receives the warning about the pool. Default: `console.warn`. */
  readonly warn?: PoolWarning | undefined;
}

/** The status of a `DatabaseCircuitBreaker`. */
export interface DatabaseCircuitBreakerStatus extends DomainStatus<'database', ReturnType<DatabaseCircuitBreakerConfig['toDict']>> {
  /** Transactions that run. */
  readonly activeTransactions: number;
  /** Connections of the pool; null without one. */
  readonly poolSize: number | null;
  /** Connections that the pool may have; null when that is not known. */
  readonly poolMaxSize: number | null;
}

/** The breaker `database_<name>`, which looks after a pool and knows of transactions. @deprecated Use `UnifiedCircuitBreaker` with `presets.database`. */
export class DatabaseCircuitBreaker extends LegacyBreaker {
  /** The configuration, in seconds. */
  readonly config: DatabaseCircuitBreakerConfig;
  readonly #pool: PoolWatch;
  readonly #transactions = new Transactions();

  /** @throws CircuitBreakerConfigError that lists every problem with the configuration. */
  constructor(
    name: string,
    config: DatabaseCircuitBreakerConfig | DatabaseCircuitBreakerOptions = {},
    { dbPool, healthChecker, warn, ...runtime }: DatabaseCircuitBreakerParts = {},
  ) {
    warnOfLegacyName('domain', 'DatabaseCircuitBreaker', 'UnifiedCircuitBreaker with presets.database');
    const own = asConfig(DatabaseCircuitBreakerConfig, config) as DatabaseCircuitBreakerConfig;
    super(listedBreaker(`database_${name}`, { ...own.toUnifiedConfig(), healthCheck: healthCheckOf(healthChecker) }, runtime));
    this.config = own;
    this.#pool = new PoolWatch({ name: this.name, pool: dbPool, threshold: own.checkPoolHealth ? own.connectionPoolThreshold : null, warn });
  }

  /** Transactions that run. */
  get activeTransactions(): number {
    return this.#transactions.active;
  }

  /**
   * `call()`, after a look at the pool. A connection error clears the pool before it reaches the caller.
   *
   * @throws the same as `call()`.
   */
  async execute<Args extends readonly unknown[], T>(operation: LegacyOperation<Args, T>, ...args: Args): Promise<T> {
    this.#pool.look();
    try {
      return await this.call(operation, ...args);
    } catch (error) {
      if (isListed(error, this.config.connectionErrors)) await this.#pool.clear();
      throw error;
    }
  }

  /** Counts a transaction until its scope ends, or as long as `body` runs. @throws what `body` throws, unchanged. */
  transactionContext(): TransactionScope;
  transactionContext<T>(body: () => T | PromiseLike<T>): Promise<T>;
  transactionContext<T>(body?: () => T | PromiseLike<T>): TransactionScope | Promise<T> {
    return body === undefined ? this.#transactions.begin() : this.#transactions.around(body);
  }

  /** The status: that of the breaker, with the domain, transactions, pool and configuration. */
  getStatus(): DatabaseCircuitBreakerStatus {
    return {
      ...domainStatus(this, 'database', this.config),
      activeTransactions: this.activeTransactions,
      poolSize: this.#pool.size,
      poolMaxSize: this.#pool.maxSize,
    };
  }
}
