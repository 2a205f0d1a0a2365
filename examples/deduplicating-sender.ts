// Send each analytics event once in 2 seconds, and stop while the collector is down.
import { UnifiedCircuitBreaker } from 'unified-circuit-breaker';
import { startService } from './support/service.ts';

const DEDUPE_MS = 2_000;
const MOST_KEYS = 1_000;
const { url } = await startService();
const sentAt = new Map<string, number>();
const breaker = new UnifiedCircuitBreaker({ name: 'analytics', failureThreshold: 50 });

function isDuplicate(key: string, now = Date.now()): boolean {
  const last = sentAt.get(key);
  if (last !== undefined && now - last < DEDUPE_MS) return true;
  sentAt.delete(key);
  sentAt.set(key, now);
  const [oldest] = sentAt.keys();
  if (sentAt.size > MOST_KEYS && oldest !== undefined) sentAt.delete(oldest);
  return false;
}

async function send(event: string): Promise<string> {
  if (isDuplicate(event)) return 'duplicate';
  const { status } = await breaker.tryCall(async ({ signal }) => {
    const response = await fetch(`${url}/events`, { method: 'POST', body: event, signal });
    if (!response.ok) throw new Error(`The collector responded with ${response.status}`);
  });
  return status === 'success' ? 'sent' : status;
}

console.log(await send('page_view /home')); //=> sent
console.log(await send('page_view /home')); //=> duplicate
breaker.trip();
console.log(await send('page_view /cart')); //=> rejected
