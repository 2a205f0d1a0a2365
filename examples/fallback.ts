// What a call gives when it is rejected or fails: a cache, then another source, then a value.
import { UnifiedCircuitBreaker } from 'unified-circuit-breaker';

const cache = new Map([['EUR', 1.08]]);
const breaker = new UnifiedCircuitBreaker({ name: 'rates', failureThreshold: 1 });

function fromCache(currency: string): number {
  const rate = cache.get(currency);
  if (rate === undefined) throw new Error(`No ${currency} in the cache`);
  return rate;
}

async function rateOf(currency: string): Promise<number | 'unknown'> {
  return breaker.call<number, number | 'unknown'>(
    async () => {
      throw new Error('the service is down');
    },
    { fallback: [() => fromCache(currency), 'unknown'] },
  );
}

console.log(await rateOf('EUR')); //=> 1.08
console.log(await rateOf('SEK')); //=> unknown
console.log(breaker.getMetrics().failedCalls, breaker.getMetrics().rejectedCalls); //=> 1 1
