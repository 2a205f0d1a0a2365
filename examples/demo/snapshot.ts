import type { CircuitState } from 'unified-circuit-breaker';
import type { ClientName } from './fault.ts';
import type { RunRecord } from './run-record.ts';
import type { ClientFigures } from './tally.ts';

/** How often the number of waiting callers is sampled, in milliseconds. */
export const sampleMs = 100;

/** The run at one moment, as a view needs it. Times count from the start, in milliseconds. */
export interface Snapshot {
  readonly nowMs: number;
  readonly callsPerSecond: number;
  readonly recentMs: number;
  readonly record: RunRecord;
  readonly state: CircuitState;
  /** Until the circuit admits a probe. 0 when it isn't open. */
  readonly retryAfterMs: number;
  /** The calls that the breaker judges by. Rates are 0 to 1. */
  readonly window: { readonly calls: number; readonly errorRate: number; readonly slowCallRate: number };
  readonly clients: Readonly<Record<ClientName, ClientFigures>>;
  /** Requests that the hanging upstream has received. */
  readonly hung: Readonly<Record<ClientName, number>>;
  /** Callers waiting for a response, one sample per `sampleMs`. */
  readonly waiting: Readonly<Record<ClientName, readonly number[]>>;
}

/** Requests sent while the upstream was down: refused connections, and requests without a response. */
export function sentWhileDown({ clients, hung }: Pick<Snapshot, 'clients' | 'hung'>, client: ClientName): number {
  return clients[client].refused + hung[client];
}
