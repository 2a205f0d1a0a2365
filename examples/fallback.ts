// Return a cached value, or a constant, when a call is rejected or fails.
import { UnifiedCircuitBreaker } from 'unified-circuit-breaker';
import { startService } from './support/service.ts';

const service = await startService();
const cache = new Map([['EUR', '1.08']]);
const breaker = new UnifiedCircuitBreaker({ name: 'rates', failureThreshold: 1 });

function fromCache(currency: string): string {
  const rate = cache.get(currency);
  if (rate === undefined) throw new Error(`No ${currency} in the cache`);
  return rate;
}

function getRate(currency: string): Promise<string> {
  return breaker.call(
    async ({ signal }) => {
      const response = await fetch(`${service.url}/rates/${currency}`, { signal });
      if (!response.ok) throw new Error(`The service of rates responded with ${response.status}`);
      return response.text();
    },
    { fallback: [() => fromCache(currency), 'unknown'] },
  );
}

service.status = 500;
console.log(await getRate('EUR')); //=> 1.08
console.log(await getRate('SEK')); //=> unknown
console.log(breaker.getMetrics().failedCalls, breaker.getMetrics().rejectedCalls); //=> 1 1
