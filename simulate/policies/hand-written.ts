import { timed } from '../policy.ts';
import type { Client, Policy } from '../policy.ts';
import type { VirtualTime } from '../virtual-time.ts';

const WAIT_MS = 5_000;

/** The breaker that is found in most code bases: it opens on a rule, waits, and lets one call decide. */
function usual(time: VirtualTime, record: (failed: boolean) => boolean, clear: () => void): Client {
  let opened = 0;
  let retryAt = 0;
  let state: 'closed' | 'open' | 'probing' = 'closed';
  const open = (): void => {
    opened += 1;
    retryAt = time.now() + WAIT_MS;
    state = 'open';
    clear();
  };
  const settle = (failed: boolean, probe: boolean): void => {
    if (probe) {
      if (failed) open();
      else state = 'closed';
    } else if (state === 'closed' && record(failed)) open();
  };
  return {
    async attempt(_, operation) {
      if (state === 'probing' || (state === 'open' && time.now() < retryAt)) return 'rejected';
      const probe = state === 'open';
      if (probe) state = 'probing';
      try {
        await timed(time, operation);
        settle(false, probe);
        return 'ok';
      } catch {
        settle(true, probe);
        return 'failed';
      }
    },
    opened: () => opened,
    dispose() {},
  };
}

/** Opens at half of the last hundred calls, of at least twenty. */
function fixedWindow(time: VirtualTime): Client {
  let window: boolean[] = [];
  return usual(
    time,
    (failed) => {
      window.push(failed);
      if (window.length > 100) window.shift();
      return failed && window.length >= 20 && window.filter(Boolean).length / window.length >= 0.5;
    },
    () => {
      window = [];
    },
  );
}

function fiveInARow(time: VirtualTime): Client {
  let run = 0;
  return usual(
    time,
    (failed) => {
      run = failed ? run + 1 : 0;
      return run >= 5;
    },
    () => {
      run = 0;
    },
  );
}

function semaphore(time: VirtualTime, limit: number): Client {
  let running = 0;
  return {
    async attempt(_, operation) {
      if (running >= limit) return 'rejected';
      running += 1;
      const started = operation();
      // A slot is free when the work has ended, not when the caller has timed out.
      started.then(
        () => (running -= 1),
        () => (running -= 1),
      );
      return timed(time, () => started).then(
        () => 'ok',
        () => 'failed',
      );
    },
    opened: () => 0,
    dispose() {},
  };
}

export const HAND_WRITTEN: readonly Policy[] = [
  {
    name: 'fixed window',
    title: '50% of the last 100 calls, at least 20, wait 5 s, one probe',
    ours: false,
    create: fixedWindow,
  },
  { name: '5 in a row', title: '5 failures in a row, wait 5 s, one probe', ours: false, create: fiveInARow },
  {
    name: 'semaphore 20',
    title: 'at most 20 calls at once, no breaker',
    ours: false,
    create: (time) => semaphore(time, 20),
  },
  {
    name: 'none',
    title: 'no breaker, a timeout of 1 s',
    ours: false,
    create: (time) => semaphore(time, Number.POSITIVE_INFINITY),
  },
];
