import { disarm, quietly } from '../../core/untrusted.ts';

/** A pool of connections, as far as the breaker looks at it. */
export interface DatabasePool {
  /** Connections that it has. */
  readonly size: number;
  /** Connections that it may have. */
  readonly maxSize?: number | undefined;
  /** Drops its connections. What it throws changes nothing. */
  clear?(): unknown;
}

/** Receives the warning about a pool. */
export type PoolWarning = (message: string) => unknown;

const toConsole: PoolWarning = (message) => console.warn(message);

/** How a pool is looked at. */
interface PoolRules {
  readonly name: string;
  readonly pool: DatabasePool | undefined;
  /** Connections above which it is near its limit; null: nobody looks. */
  readonly threshold: number | null;
  readonly warn: PoolWarning | undefined;
}

/** Looks after a pool of connections: warns each time that it passes its threshold, and clears it. It decides nothing about the circuit. */
export class PoolWatch {
  readonly #rules: PoolRules;
  #isNear = false;

  constructor(rules: PoolRules) {
    this.#rules = rules;
  }

  /** Connections now; null without a pool, or when it throws. */
  get size(): number | null {
    return quietly(() => this.#rules.pool?.size) ?? null;
  }

  /** Connections at most; null without a pool, or when it does not say or throws. */
  get maxSize(): number | null {
    return quietly(() => this.#rules.pool?.maxSize) ?? null;
  }

  /** Warns when the pool has come near its limit since the last look. */
  look(): void {
    const { name, threshold, warn = toConsole } = this.#rules;
    const { size } = this;
    const wasNear = this.#isNear;
    this.#isNear = threshold !== null && size !== null && size > threshold;
    if (this.#isNear && !wasNear) quietly(() => disarm(warn(`Database pool ${name} near capacity: ${size}`)));
  }

  /** Drops the connections of the pool. */
  async clear(): Promise<void> {
    try {
      await this.#rules.pool?.clear?.();
    } catch {
      // The caller is owed the error of the operation.
    }
  }
}
