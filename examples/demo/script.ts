import type { UnifiedCircuitConfig } from 'unified-circuit-breaker';
import type { Fault } from './fault.ts';

/** What the breaker must do in a phase for the demo to succeed. */
export type Expectation = 'stay closed' | 'open and reject' | 'close again';

/** One part of the script: a fault of the upstream, how long it lasts, and what the breaker should do. */
export interface Phase {
  readonly name: string;
  readonly fault: Fault;
  readonly durationMs: number;
  /** What the upstream does, for the viewer. */
  readonly about: string;
  readonly expected: Expectation;
}

/** Options that both scripts share. The others have their defaults. */
const rules = {
  name: 'orders-api',
  failureThreshold: 10,
  errorRateThreshold: 0.5,
  slowCallRateThreshold: 0.5,
  slidingWindowSize: 40,
  minRequestsThreshold: 20,
  timeoutMs: 600,
  // A healthy response is much faster, also on a busy machine.
  slowCallThresholdMs: 350,
} satisfies UnifiedCircuitConfig;

const slowAnswerMs = 480;

/** A whole run as data. */
export interface Script {
  readonly phases: readonly Phase[];
  /** Calls that each client makes in a second. */
  readonly callsPerSecond: number;
  /** The timeout of the client without a breaker, in milliseconds. */
  readonly bareDeadlineMs: number;
  /** How long a response takes while the upstream is slow, in milliseconds. */
  readonly slowAnswerMs: number;
  /** The live figures look back this far, in milliseconds. */
  readonly recentMs: number;
  readonly breaker: typeof rules & { readonly recoveryTimeoutMs: number; readonly maxBackoffMs: number };
}

const scenes = {
  healthy: { name: 'healthy', fault: 'none', about: 'responds within 25 ms', expected: 'stay closed' },
  killed: { name: 'killed', fault: 'killed', about: 'refuses connections', expected: 'open and reject' },
  hanging: { name: 'hanging', fault: 'hanging', about: 'never responds', expected: 'open and reject' },
  errors: { name: '30% errors', fault: 'errors', about: '3 of 10 replies are HTTP 500', expected: 'stay closed' },
  slow: { name: 'slow', fault: 'slow', about: 'responds correctly, but late', expected: 'open and reject' },
  recovered: { name: 'recovered', fault: 'none', about: 'responds within 25 ms again', expected: 'close again' },
} as const satisfies Record<string, Omit<Phase, 'durationMs'>>;

function phase(scene: keyof typeof scenes, durationMs: number): Phase {
  return { ...scenes[scene], durationMs };
}

/** About half a minute, to watch. */
export const fullScript: Script = {
  phases: [
    phase('healthy', 2_500),
    phase('killed', 5_000),
    phase('recovered', 2_800),
    phase('hanging', 6_000),
    phase('recovered', 3_400),
    phase('errors', 3_400),
    phase('slow', 3_500),
    phase('recovered', 3_200),
  ],
  callsPerSecond: 50,
  bareDeadlineMs: 3_000,
  slowAnswerMs,
  recentMs: 2_000,
  breaker: { ...rules, recoveryTimeoutMs: 600, maxBackoffMs: 1_500 },
};

/** About nine seconds, for CI. */
export const fastScript: Script = {
  phases: [
    phase('healthy', 400),
    phase('killed', 800),
    phase('recovered', 1_000),
    phase('hanging', 1_600),
    phase('recovered', 1_500),
    phase('errors', 600),
    phase('slow', 1_200),
    phase('recovered', 1_400),
  ],
  callsPerSecond: 60,
  bareDeadlineMs: 1_000,
  slowAnswerMs,
  recentMs: 1_000,
  breaker: { ...rules, recoveryTimeoutMs: 600, maxBackoffMs: 600 },
};

/** The script with every duration `factor` times as long, for a busy machine. */
export function stretched(script: Script, factor: number): Script {
  const longer = (ms: number): number => Math.round(ms * factor);
  const { breaker } = script;
  return {
    ...script,
    phases: script.phases.map((scene) => ({ ...scene, durationMs: longer(scene.durationMs) })),
    bareDeadlineMs: longer(script.bareDeadlineMs),
    slowAnswerMs: longer(script.slowAnswerMs),
    breaker: {
      ...breaker,
      timeoutMs: longer(breaker.timeoutMs),
      slowCallThresholdMs: longer(breaker.slowCallThresholdMs),
      recoveryTimeoutMs: longer(breaker.recoveryTimeoutMs),
      maxBackoffMs: longer(breaker.maxBackoffMs),
    },
  };
}
