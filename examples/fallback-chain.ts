// What to answer when the dependency cannot: a cache, then another service with a breaker of its own, then a value.
import { alternative, fromCache, withBreaker } from 'unified-circuit-breaker';

const lastKnown = new Map([['EUR', 1.08]]);

const fromReplica = withBreaker(async (currency: string): Promise<number> => {
  if (currency !== 'GBP') throw new Error(`the replica does not know ${currency}`);
  return 1.27;
});

const getRate = withBreaker(async (_currency: string): Promise<number> => Promise.reject(new Error('rates-api is down')), {
  name: 'rates-api',
  fallback: [fromCache((currency: string) => lastKnown.get(currency)), alternative(fromReplica), 'unknown'],
});

for (const currency of ['EUR', 'GBP', 'JPY']) console.log(currency, await getRate(currency));
//=> EUR 1.08
//=> GBP 1.27
//=> JPY unknown
