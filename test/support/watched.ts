import type { Timer } from '../../src/core/clock.ts';
import type { FakeClock } from '../../src/testing/index.ts';

/** Timers that write down when they ran. */
export function watched(clock: FakeClock): { readonly seen: unknown[]; after(ms: number, mark?: string): Timer } {
  const seen: unknown[] = [];
  return { seen, after: (ms, mark = 'ran') => clock.after(ms, () => void seen.push([mark, clock.now()])) };
}
