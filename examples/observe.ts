// Try a configuration on live traffic first: observe decides and reports, and touches no call.
import { UnifiedCircuitBreaker } from 'unified-circuit-breaker';

const breaker = new UnifiedCircuitBreaker({ name: 'search', mode: 'observe', failureThreshold: 2 });
breaker.on('stateChange', ({ to, reason }) => console.log(`would be ${to}: ${reason}`));

async function search(query: string): Promise<string> {
  if (query === '') throw new Error('empty');
  return `results for ${query}`;
}

await breaker.call(() => search('')).catch(() => {});
await breaker.call(() => search('')).catch(() => {});
console.log(await breaker.call(() => search('shoes'))); //=> results for shoes
console.log(breaker.getMetrics().wouldHaveRejectedCalls); //=> 1
