import { retry, UnifiedCircuitBreaker } from 'unified-circuit-breaker';

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms, 'ok'));

/** An operation that reads its signal, and never settles. */
const hang = ({ signal }) => new Promise((resolve) => signal.addEventListener('abort', () => resolve('aborted')));

const codeOf = (promise) => promise.catch((error) => error.code ?? String(error));
const breaker = new UnifiedCircuitBreaker({ name: 'backend', timeoutMs: 300 });
const narrow = new UnifiedCircuitBreaker({ name: 'narrow', timeoutMs: 300, maxConcurrent: 1, maxAbandonedMs: 1 });
const checks = [];
const checked = new UnifiedCircuitBreaker({
  name: 'checked',
  recoveryTimeoutMs: 60_000,
  healthCheck: { intervalMs: 100, check: () => checks.push('check') < 0 },
});

/** Each route is one request. A request that has responded ends, and its timers with it. */
const routes = {
  quick: () => breaker.call(() => sleep(5)),
  slow: () => breaker.call(() => sleep(200)),
  hang: () => codeOf(breaker.call(hang)),
  ownTimeout: () => codeOf(breaker.call(hang, { timeoutMs: 50 })),
  async stream() {
    try {
      for await (const item of breaker.stream(async function* (context) { yield 1; yield await hang(context); })) {
        if (item !== 1) return item;
      }
      return 'end';
    } catch (error) {
      return error.code;
    }
  },
  retry() {
    let attempts = 0;
    const operation = () => (attempts += 1) < 3 ? Promise.reject(new Error('down')) : Promise.resolve(attempts);
    return retry(operation, { attempts: 3 });
  },
  leave() {
    void codeOf(breaker.call(hang));
    void codeOf(narrow.call(hang));
    return 'left';
  },
  narrow: () => codeOf(narrow.call(() => sleep(1))),
  inFlight: () => [breaker.getMetrics().inFlight, narrow.getMetrics().inFlight].join(),
  trip: () => (checked.trip(), checked.state),
  rejected: () => codeOf(checked.call(() => 1)),
  checks: () => checks.length > 0,
};

// eslint-disable-next-line import/no-default-export -- The form of a worker.
export default {
  async fetch(request) {
    return new Response(String(await routes[new URL(request.url).pathname.slice(1)]()));
  },
};
