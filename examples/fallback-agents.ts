// Run another agent while the circuit of the first is open. The fallbacks are a map.
import { getUnifiedCircuitBreakerManager } from 'unified-circuit-breaker';
import type { UnifiedCircuitBreaker } from 'unified-circuit-breaker';
import { startService } from './support/service.ts';

const service = await startService();
const fallbacks = new Map([['optimization', 'data'], ['data', 'triage']]);

function breakerOf(agent: string): UnifiedCircuitBreaker {
  return getUnifiedCircuitBreakerManager().createCircuitBreaker(agent, { failureThreshold: 3 });
}

/** Returns the first agent whose circuit admits a call. */
function agentFor(wanted: string): string | undefined {
  let agent: string | undefined = wanted;
  while (agent !== undefined && !breakerOf(agent).canExecute()) agent = fallbacks.get(agent);
  return agent;
}

async function runAgent(wanted: string): Promise<string> {
  const agent = agentFor(wanted);
  if (agent === undefined) throw new Error(`No agent can run for ${wanted}`);
  return breakerOf(agent).call(async ({ signal }) => {
    const response = await fetch(`${service.url}/agents/${agent}`, { method: 'POST', signal });
    if (!response.ok) throw new Error(`${agent} responded with ${response.status}`);
    return response.text();
  });
}

service.status = 500;
for (let call = 1; call <= 3; call += 1) await runAgent('optimization').catch(() => {});

service.status = 200;
console.log(breakerOf('optimization').state); //=> open
console.log(await runAgent('optimization')); //=> /agents/data
