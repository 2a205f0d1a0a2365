// Try a configuration on live traffic: `observe` records its decisions, but rejects no call.
import { UnifiedCircuitBreaker } from 'unified-circuit-breaker';
import { startService } from './support/service.ts';

const service = await startService();
const breaker = new UnifiedCircuitBreaker({ name: 'search', mode: 'observe', failureThreshold: 2 });
breaker.on('stateChange', ({ to, reason }) => console.log(`would be ${to}: ${reason}`));

async function search(query: string): Promise<string> {
  return breaker.call(async ({ signal }) => {
    const response = await fetch(`${service.url}/search?q=${query}`, { signal });
    if (!response.ok) throw new Error(`search responded with ${response.status}`);
    return response.text();
  });
}

service.status = 500;
for (let call = 1; call <= 2; call += 1) await search('shoes').catch(() => {});
service.status = 200;
console.log(await search('shoes')); //=> /search?q=shoes
console.log(breaker.getMetrics().wouldHaveRejectedCalls); //=> 1
