import type { Execution } from './execution.ts';
import type { HealthProbe } from './health-probe.ts';

/** The parts of a breaker that the manager reaches past the public surface. */
export interface BreakerCore {
  readonly execution: Execution;
  readonly health: HealthProbe | null;
}
