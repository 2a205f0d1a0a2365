// Fall back to a cache, then to another service with a breaker of its own, then to a value.
import { alternative, fromCache, withBreaker } from 'unified-circuit-breaker';
import { startService } from './support/service.ts';

const [rates, replica] = [await startService(), await startService()];
const lastKnown = new Map([['EUR', '1.08']]);

function fetchRateFrom(url: string) {
  return async (currency: string, signal?: AbortSignal): Promise<string> => {
    const response = await fetch(`${url}/rates/${currency}`, { signal: signal ?? null });
    if (!response.ok) throw new Error(`The service of rates responded with ${response.status}`);
    return response.text();
  };
}

const fromReplica = withBreaker(fetchRateFrom(replica.url), { passSignal: ([currency], signal) => [currency, signal] });
const getRate = withBreaker(fetchRateFrom(rates.url), {
  name: 'rates-api',
  passSignal: ([currency], signal) => [currency, signal],
  fallback: [fromCache((currency: string) => lastKnown.get(currency)), alternative(fromReplica), 'unknown'],
});

rates.status = 500;
console.log(await getRate('EUR')); //=> 1.08
console.log(await getRate('GBP')); //=> /rates/GBP
replica.status = 500;
console.log(await getRate('JPY')); //=> unknown
