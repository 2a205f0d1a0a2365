import type { ManagerEvents } from '../../src/manager/manager-events.ts';
import { MANAGER_EVENT_NAMES } from '../../src/manager/manager-events.ts';
import type { ManagerOptions } from '../../src/manager/options.ts';
import { UnifiedCircuitBreakerManager } from '../../src/manager/unified-circuit-breaker-manager.ts';
import { FakeClock } from '../../src/testing/index.ts';

/** One event of a manager as it came, of any kind. */
type SeenManagerEvent = {
  [Name in keyof ManagerEvents]: { readonly type: Name } & ManagerEvents[Name];
}[keyof ManagerEvents];

/** A manager on a fake clock, every event written down, and what user code did wrong. */
export function managerWith(options: ManagerOptions = {}) {
  const clock = new FakeClock();
  const internalErrors: unknown[] = [];
  const manager = new UnifiedCircuitBreakerManager({ clock, random: () => 1,
    onInternalError: (error) => void internalErrors.push(error), ...options });
  const events: SeenManagerEvent[] = [];
  for (const type of MANAGER_EVENT_NAMES) manager.on(type,
    (event) => void events.push({ type, ...event } as SeenManagerEvent));
  return { manager, clock, events, internalErrors };
}

/** A snapshot of every breaker of a manager, also of those that are like new ones, as JSON gives it back. */
export function wholeSnapshot(manager: UnifiedCircuitBreakerManager): unknown {
  const breakers = [...manager].map((breaker) => breaker.snapshot());
  return JSON.parse(JSON.stringify({ version: 1, breakers, keyed: [] }));
}
