import type { Circuit } from './circuit.ts';

/** Counts a failure in the totals, and tells of it. Gives whether it was slow. */
export function tallyFailure({ emitter, recorder, options }: Circuit, error: unknown, at: number, durationMs: number): boolean {
  const slow = durationMs > options.slowCallThresholdMs;
  recorder.tallyFailure(error, at, durationMs, slow);
  emitter?.emit('failure', { name: options.name, error, durationMs: Math.max(0, durationMs) });
  if (slow) emitter?.emit('slow', { name: options.name, durationMs });
  return slow;
}

/** Counts an outcome that says nothing, and tells of it. */
export function tallyIgnored({ emitter, recorder, options }: Circuit, error: unknown): void {
  recorder.ignored += 1;
  emitter?.emit('ignored', { name: options.name, error });
}
