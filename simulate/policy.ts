import type { VirtualTime } from './virtual-time.ts';

/** How one attempt ended. */
export type Attempt = 'ok' | 'failed' | 'rejected';

/** One policy at work in one process. */
export interface Client {
  /** Tries an operation. Calls that take longer than a second have failed. */
  attempt(key: number, operation: () => Promise<void>): Promise<Attempt>;
  /** How often it has opened. */
  opened(): number;
  dispose(): void;
}

/** What decides which calls are made. */
export interface Policy {
  readonly name: string;
  readonly title: string;
  /** Whether it is ours. */
  readonly ours: boolean;
  /** Which scenarios it is made for; all when left out. */
  readonly only?: (scenario: string) => boolean;
  create(time: VirtualTime, random: () => number, health: () => Promise<boolean>): Client;
}

/** Every policy gives a call up after this. */
export const TIMEOUT_MS = 1_000;

/** Fails after a second, whatever the operation does. */
export function timed(time: VirtualTime, operation: () => Promise<void>): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = time.after(TIMEOUT_MS, () => reject(new Error('timed out')));
    operation()
      .then(resolve, reject)
      .finally(() => timer.cancel());
  });
}
