import type { UnifiedCircuitBreaker } from 'unified-circuit-breaker';
import { clientHeader, type ClientName } from './fault.ts';

/** How one call ended for its caller. `refused`: it failed because the connection was refused. */
export type Ending = 'answered' | 'failed' | 'refused' | 'rejected';

/** One way of calling the upstream. A call never throws. It returns how it ended. */
export interface Client {
  readonly name: ClientName;
  call(): Promise<Ending>;
}

async function getOrder(url: string, client: ClientName, signal: AbortSignal): Promise<string> {
  const response = await fetch(url, { signal, headers: { [clientHeader]: client } });
  const body = await response.text();
  if (!response.ok) throw new Error(`HTTP ${response.status}`);
  return body;
}

async function endingOf(call: Promise<unknown>): Promise<Ending> {
  try {
    await call;
    return 'answered';
  } catch (error) {
    if (codeOf(error) === 'ERR_CIRCUIT_OPEN') return 'rejected';
    return codeOf((error as Error).cause) === 'ECONNREFUSED' ? 'refused' : 'failed';
  }
}

const codeOf = (error: unknown): unknown => (error as { code?: unknown } | undefined)?.code;

/** A plain fetch with a usual timeout. */
export function bareClient(url: string, deadlineMs: number): Client {
  return {
    name: 'bare',
    call: () => endingOf(getOrder(url, 'bare', AbortSignal.timeout(deadlineMs))),
  };
}

/** That fetch through the breaker. */
export function protectedClient(url: string, breaker: UnifiedCircuitBreaker): Client {
  return {
    name: 'protected',
    call: () => endingOf(breaker.call(({ signal }) => getOrder(url, 'protected', signal))),
  };
}
