import type { UnifiedCircuitMetrics } from 'unified-circuit-breaker';
import { percent } from './figures.ts';

type Figures = Pick<
  UnifiedCircuitMetrics,
  'consecutiveFailures' | 'windowCount' | 'currentErrorRate' | 'currentSlowCallRate'
>;

/** Why the circuit moved, in words, with the figures that decided. */
export function reasonInWords(reason: string, figures: Figures): string {
  switch (reason) {
    case 'consecutive_failures':
      return `${figures.consecutiveFailures} consecutive failures`;
    case 'error_rate':
      return `${percent(figures.currentErrorRate)} of ${figures.windowCount} calls failed`;
    case 'slow_call_rate':
      return `${percent(figures.currentSlowCallRate)} of ${figures.windowCount} calls were slow`;
    case 'probe_failed':
      return 'a probe failed';
    case 'probe_slow':
      return 'a probe was slow';
    case 'probes_succeeded':
      return 'the probes succeeded';
    case 'wait_elapsed':
      return 'the open duration is over';
    default:
      return reason.replaceAll('_', ' ');
  }
}
