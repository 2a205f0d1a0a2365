import type { Clock, Timer } from '../../core/clock.ts';

/**
 * Runs something now, and again `ms` milliseconds after it has ended, whatever came of it, until the function that this gives is called.
 * Its timer lets the process end.
 */
export function repeat(clock: Clock, ms: number, run: () => unknown): () => void {
  let stopped = false;
  let timer: Timer | null = null;
  const round = async (): Promise<void> => {
    try {
      await run();
    } catch {
      // The next round comes all the same.
    }
    if (stopped) return;
    timer = clock.after(ms, () => void round());
    timer.unref();
  };
  void round();
  return () => {
    stopped = true;
    timer?.cancel();
  };
}
