// @ts-check
/** @type {import('./plan.mjs').Library} */
export const handWritten = {
  name: 'hand-written',
  packageName: null,
  bundleEntry: null,
  note:
    'thirty lines: failures in a row, no window, no half-open limit, no generations. It is the floor, not a ' +
    'product.',
  create({ timeoutMs, trips }) {
    const failureThreshold = trips === 'never' ? Infinity : 10;
    const breaker =
      timeoutMs === null
        ? new HandWrittenBreaker(failureThreshold)
        : new HandWrittenBreakerWithTimeout(failureThreshold, timeoutMs);
    return {
      target: breaker,
      call: 'target.call(operation)',
      callSync: 'target.callSync(operation)',
      isOpen: () => breaker.openUntil > performance.now(),
      dispose: () => {},
    };
  },
};

class HandWrittenBreaker {
  failures = 0;
  openUntil = 0;

  /** @param {number} failureThreshold */
  constructor(failureThreshold) {
    this.failureThreshold = failureThreshold;
    this.onSuccess = (/** @type {unknown} */ value) => {
      this.failures = 0;
      return value;
    };
    this.onFailure = (/** @type {unknown} */ error) => {
      this.recordFailure();
      throw error;
    };
  }

  /** @param {() => any} operation */
  call(operation) {
    if (this.openUntil > 0 && performance.now() < this.openUntil)
      return Promise.reject(new Error('The circuit is open'));
    try {
      return Promise.resolve(this.run(operation)).then(this.onSuccess, this.onFailure);
    } catch (error) {
      this.recordFailure();
      return Promise.reject(error);
    }
  }

  /** @param {() => any} operation */
  callSync(operation) {
    if (this.openUntil > 0 && performance.now() < this.openUntil) throw new Error('The circuit is open');
    try {
      const value = operation();
      this.failures = 0;
      return value;
    } catch (error) {
      this.recordFailure();
      throw error;
    }
  }

  /** @param {() => any} operation */
  run(operation) {
    return operation();
  }

  recordFailure() {
    this.failures += 1;
    if (this.failures >= this.failureThreshold) this.openUntil = performance.now() + 1_000_000_000;
  }
}

class HandWrittenBreakerWithTimeout extends HandWrittenBreaker {
  /**
   * @param {number} failureThreshold
   * @param {number} timeoutMs
   */
  constructor(failureThreshold, timeoutMs) {
    super(failureThreshold);
    this.timeoutMs = timeoutMs;
  }

  /**
   * @override
   * @param {() => any} operation
   */
  run(operation) {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error('The call took too long')), this.timeoutMs);
      Promise.resolve(operation()).then(
        (value) => {
          clearTimeout(timer);
          return resolve(value);
        },
        (error) => {
          clearTimeout(timer);
          reject(error);
        },
      );
    });
  }
}
