/** A transaction that has begun. */
export interface TransactionScope {
  /** The transaction is over. Only the first call counts. */
  end(): void;
  /** `end()`, for `using`. */
  [Symbol.dispose](): void;
}

/** The transactions that run: as many as there are scopes that have not ended. They decide nothing about the circuit. */
export class Transactions {
  readonly #running = new Set<TransactionScope>();

  /** How many run. */
  get active(): number {
    return this.#running.size;
  }

  /** One begins. */
  begin(): TransactionScope {
    const end = (): void => void this.#running.delete(scope);
    const scope: TransactionScope = { end, [Symbol.dispose]: end };
    this.#running.add(scope);
    return scope;
  }

  /** One runs as long as `body` does. */
  async around<T>(body: () => T | PromiseLike<T>): Promise<T> {
    const scope = this.begin();
    try {
      return await body();
    } finally {
      scope.end();
    }
  }
}
