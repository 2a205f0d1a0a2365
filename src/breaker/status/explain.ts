import { lookThrough } from '../../core/half-open.ts';
import type { AdaptiveMetrics, UnifiedCircuitMetrics } from '../../core/metrics.ts';
import type { HalfOpenState, OpenState } from '../../core/state.ts';
import { machineWaitMs } from '../circuit/admission.ts';
import type { Circuit } from '../circuit/circuit.ts';
import { metricsOf } from '../circuit/metrics.ts';
import type { ResolvedOptions } from '../options/resolve.ts';

/** Why the breaker does what it does, in sentences for people. The wording may change; use `getStatus()` in code. */
export function explain(circuit: Circuit): string {
  const { options, override, disposed, state } = circuit;
  const name = `Circuit "${options.name}"`;
  if (disposed) return `${name} is disposed and rejects every call.`;
  if (options.mode === 'off') return `${name} is off: every call passes and nothing is counted.`;
  const sentences: string[] = [];
  if (override !== null) sentences.push(`${name} is forced ${override.state} until it is released: ${override.reason}.`);
  const subject = override === null ? name : 'Underneath, it';
  if (state.name === 'closed') sentences.push(closed(circuit, subject));
  else if (state.name === 'open') sentences.push(open(circuit, state, subject));
  else sentences.push(halfOpen(circuit, state, subject));
  if (options.mode === 'observe') sentences.push('It only observes: no call is touched.');
  return [...sentences, ...oddities(options)].join(' ');
}

function closed(circuit: Circuit, subject: string): string {
  const { options } = circuit;
  const metrics = metricsOf(circuit);
  return `${subject} is closed${ramping(circuit)}: ${figures(metrics, options)}. It opens at ${rules(circuit, metrics)}.${loaded(circuit)}`;
}

/** Why a closed circuit lets no call through at this moment. */
function loaded(circuit: Circuit): string {
  return circuit.load?.wouldTake(circuit.timeline.now()) === false ? ` The dependency is overloaded; ${next(circuit)}.` : '';
}

function ramping({ ramp, timeline }: Circuit): string {
  const share = ramp?.share(timeline.now()) ?? 1;
  return share === 1 ? '' : ` and admits ${percent(share)} of its calls until it has proved itself`;
}

function rules({ options, ownTripPolicy }: Circuit, { adaptive }: UnifiedCircuitMetrics): string {
  if (ownTripPolicy) return 'the word of its own trip policy';
  const { slowCallRateThreshold, minRequestsThreshold, slowCallThresholdMs } = options;
  const { failureThreshold, errorRateThreshold } = adaptive ?? options;
  const list: string[] = [];
  if (failureThreshold !== null) list.push(`${count(failureThreshold, 'failure')} in a row`);
  if (errorRateThreshold !== null && options.detector === 'cusum') list.push(`a lasting rise of errors above ${percent(errorRateThreshold)}`);
  else if (errorRateThreshold !== null) list.push(`${percent(errorRateThreshold)} errors among at least ${count(minRequestsThreshold, 'call')}`);
  if (slowCallRateThreshold !== null) list.push(`${percent(slowCallRateThreshold)} above ${slowCallThresholdMs} ms among at least ${count(minRequestsThreshold, 'call')}`);
  return list.join(', or ') + (adaptive === null ? '' : moved(adaptive, options));
}

/** What moves an adaptive threshold; anything else is what was learned. */
const MOVES: Readonly<Record<string, string>> = {
  slow: 'calls are slower than usual',
  health_degraded: 'the health check says degraded',
  health_healthy: 'the health check says healthy',
};

function moved({ reasons, baselineErrorRate }: AdaptiveMetrics, { failureThreshold, errorRateThreshold }: ResolvedOptions): string {
  if (reasons.length === 0) return '';
  const configured = [failureThreshold === null ? '' : `${failureThreshold} in a row`, errorRateThreshold === null ? '' : percent(errorRateThreshold)];
  return ` (configured: ${configured.filter(Boolean).join(' and ')}; moved because ${reasons.map((reason) => MOVES[reason] ?? `${percent(baselineErrorRate)} errors are usual here`).join(' and ')})`;
}

function figures(metrics: UnifiedCircuitMetrics, options: ResolvedOptions): string {
  const slow = options.slowCallRateThreshold === null ? '' : `, ${percent(metrics.currentSlowCallRate)} slow`;
  const errors = `${percent(metrics.currentErrorRate)} errors in the last ${count(metrics.windowCount, 'call')}${slow}`;
  return `${count(metrics.consecutiveFailures, 'failure')} in a row, ${errors}`;
}

/** What each built-in reason means; others are shown as they were given. */
const REASONS: Readonly<Record<string, string>> = {
  consecutive_failures: 'there were too many failures in a row',
  error_rate: 'there were too many errors',
  cusum: 'errors have become more',
  ramp_failed: 'it failed while traffic was coming back',
  slow_call_rate: 'there were too many slow calls',
  retry_after: 'the dependency asked for a pause',
  probe_failed: 'a probe failed',
  probe_slow: 'a probe was too slow',
  lease_expired: 'a probe did not come back',
  restored_half_open: 'it was probing when its snapshot was taken',
};

function open(circuit: Circuit, state: OpenState, subject: string): string {
  const { decidedBy, options } = circuit;
  const why = Object.hasOwn(REASONS, state.reason) ? REASONS[state.reason] : `of "${state.reason}"`;
  const evidence = decidedBy === null ? '' : ` (${figures(decidedBy, options)})`;
  const health = state.heldMs > 0 ? ' Its health check says that the dependency is unhealthy, which prolongs the wait.' : '';
  return `${subject} is open because ${why}${evidence}; ${next(circuit)}.${health}`;
}

function halfOpen(circuit: Circuit, state: HalfOpenState, subject: string): string {
  const { options, timeline } = circuit;
  const seen = lookThrough(state, timeline.now(), options);
  if ('relapsedAt' in seen) return `${subject} is half-open and has waited too long for a probe, which counts as a failure; ${next(circuit)}.`;
  const proved = `${seen.successes} of ${options.successThreshold} successes, ${seen.failures} of ${options.halfOpenMaxFailures} allowed failures`;
  return `${subject} is half-open: ${proved}, ${seen.probes.length} of ${options.halfOpenMaxCalls} probes running; ${next(circuit)}.`;
}

function next(circuit: Circuit): string {
  const wait = machineWaitMs(circuit, circuit.timeline.now());
  if (wait === 0) return 'ready to probe: the next call is admitted';
  return wait === Number.POSITIVE_INFINITY ? 'it does not know when the next call is admitted' : `the next call is admitted in ${wait} ms`;
}

/** Options that are legal and may surprise. */
function oddities(options: ResolvedOptions): string[] {
  const { minRequestsThreshold, failureThreshold, errorRateThreshold, slidingWindowMs, slidingWindowSize } = options;
  const odd: string[] = [];
  if (errorRateThreshold !== null && failureThreshold !== null && minRequestsThreshold < failureThreshold) {
    odd.push(`With a minimum of ${count(minRequestsThreshold, 'call')} the error rate can open the circuit before ${count(failureThreshold, 'failure')} in a row can.`);
  }
  if (slidingWindowMs !== null && slidingWindowSize !== Math.max(100, minRequestsThreshold)) {
    odd.push('The window is measured in milliseconds, so slidingWindowSize has no effect.');
  }
  return odd;
}

function percent(rate: number): string {
  return `${Math.round(rate * 1_000) / 10} %`;
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
