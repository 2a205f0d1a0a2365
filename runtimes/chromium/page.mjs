/** Runs in the browser, and reports to the server of the test. */
import { UnifiedCircuitBreaker } from '../../dist/index.js';

const never = () => new Promise(() => {});
const nameOf = (run) => run().then(() => 'nothing', ({ name }) => name);

const checks = {
  async 'a call that hangs'() {
    const breaker = new UnifiedCircuitBreaker({ name: 'orders', timeoutMs: 20 });
    return nameOf(() => breaker.call(never));
  },
  async 'a stream that hangs'() {
    const breaker = new UnifiedCircuitBreaker({ name: 'orders', timeoutMs: 20 });
    return nameOf(() => breaker.stream(async function* () { yield await never(); }).next());
  },
  async 'a permit that is forgotten'() {
    const breaker = new UnifiedCircuitBreaker({ name: 'orders' });
    const { signal } = breaker.acquire({ timeoutMs: 20 });
    await new Promise((done) => signal.addEventListener('abort', done));
    return signal.reason.name;
  },
  async 'the body of a response, after an abort'() {
    const breaker = new UnifiedCircuitBreaker({ name: 'orders' });
    const controller = new AbortController();
    const response = await breaker.call(({ signal }) => fetch('/drip', { signal }), { signal: controller.signal });
    const reader = response.body.getReader();
    await reader.read();
    controller.abort();
    return nameOf(async () => { for (;;) await reader.read(); });
  },
  async 'a circuit that opens, waits and closes'() {
    const breaker = new UnifiedCircuitBreaker({
      name: 'orders', failureThreshold: 1, successThreshold: 1, recoveryTimeoutMs: 20, jitter: false,
    });
    const states = [];
    breaker.on('stateChange', ({ to }) => states.push(to));
    await nameOf(() => breaker.call(() => fetch('http://localhost:1/')));
    await new Promise((done) => setTimeout(done, 50));
    await breaker.call(() => fetch('/ok'));
    return states.join(', ');
  },
};

const results = {};
for (const [name, check] of Object.entries(checks)) results[name] = await check();
await fetch('/result', { method: 'POST', body: JSON.stringify(results) });
