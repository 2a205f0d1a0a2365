import type { Client } from './client.ts';
import type { Tally } from './tally.ts';

const tickMs = 10;

/** One client under load, with the counts of its calls. */
export interface Lane {
  readonly client: Client;
  readonly tally: Tally;
}

/** A steady load that is running. */
export interface Load {
  /** Makes no more calls. Resolves when the last running one has settled. */
  stop(): Promise<void>;
}

/** Makes every client call at a steady pace, even if earlier calls haven't settled. */
export function startLoad(lanes: readonly Lane[], callsPerSecond: number, now: () => number): Load {
  const running = new Set<Promise<void>>();
  const startedMs = now();
  let made = 0;

  const timer = setInterval(() => {
    const due = Math.floor(((now() - startedMs) * callsPerSecond) / 1_000);
    for (; made < due; made += 1) {
      for (const lane of lanes) track(callOnce(lane, now));
    }
  }, tickMs);

  function track(call: Promise<void>): void {
    running.add(call);
    void call.finally(() => running.delete(call));
  }

  return {
    async stop() {
      clearInterval(timer);
      await Promise.all(running);
    },
  };
}

async function callOnce({ client, tally }: Lane, now: () => number): Promise<void> {
  const call = tally.started(now());
  tally.ended(call, await client.call(), now());
}
