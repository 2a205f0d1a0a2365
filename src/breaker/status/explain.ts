import type { HalfOpenState } from '../../core/half-open.ts';
import type { AdaptiveMetrics, UnifiedCircuitMetrics } from '../../core/metrics.ts';
import type { OpenState } from '../../core/state.ts';
import { slotWaitMs, stateWaitMs } from '../circuit/admission.ts';
import type { Circuit } from '../circuit/circuit.ts';
import type { ResolvedOptions } from '../options/resolve.ts';

/** Explains the current state in sentences. The wording may change, so use `getStatus()` in code. */
export function explain(circuit: Circuit): string {
  const { options, override, disposed, state, name } = circuit;
  const breaker = `Circuit breaker "${name}"`;
  if (disposed) return `${breaker} is disposed and rejects all calls.`;
  if (options.mode === 'off') return `${breaker} is off: all calls pass and nothing is counted.`;
  const subject = override === null ? breaker : 'Without the override, it';
  const sentences = [
    override && `${breaker} is forced ${override.state} until \`release()\` is called: ${override.reason}.`,
    state.name === 'closed' && closed(circuit, subject),
    state.name === 'open' && open(circuit, state, subject),
    state.name === 'half_open' && halfOpen(circuit, state, subject),
    override?.state !== 'open' && limits(circuit),
    ...surprises(options),
  ];
  return sentences.filter(Boolean).join(' ');
}

function closed(circuit: Circuit, subject: string): string {
  const metrics = circuit.metrics(circuit.now(), circuit.recorder.window);
  return `${subject} is closed: ${figures(metrics, circuit.options)}. It opens at ${rules(circuit.options, metrics)}.`;
}

function rules(options: ResolvedOptions, { adaptive }: UnifiedCircuitMetrics): string {
  if (options.tripPolicy !== undefined) return 'the decision of its custom trip policy';
  const { slowCallRateThreshold, minRequestsThreshold, slowCallThresholdMs, detector } = options;
  const { failureThreshold, errorRateThreshold } = adaptive ?? options;
  const enough = `in at least ${count(minRequestsThreshold, 'call')}`;
  const list: string[] = [];
  if (failureThreshold !== null) list.push(count(failureThreshold, 'consecutive failure'));
  if (errorRateThreshold !== null) {
    const rate = percent(errorRateThreshold);
    const rise = `a lasting rise of the failure rate above ${rate}`;
    list.push(detector === 'window' ? `a failure rate of ${rate} ${enough}` : rise);
  }
  if (slowCallRateThreshold !== null) {
    list.push(`${percent(slowCallRateThreshold)} of calls slower than ${slowCallThresholdMs} ms ${enough}`);
  }
  return list.join(', or ') + (adaptive === null ? '' : moved(adaptive, options));
}

/** Reasons of adapted thresholds. Any other reason is the learned failure rate. */
const MOVES: Readonly<Record<string, string>> = {
  slow: 'calls are slower than usual',
  health_degraded: 'the health check reports degraded',
  health_healthy: 'the health check reports healthy',
};

function moved({ reasons, baselineErrorRate }: AdaptiveMetrics, options: ResolvedOptions): string {
  if (reasons.length === 0) return '';
  const { failureThreshold, errorRateThreshold } = options;
  const usual = `a failure rate of ${percent(baselineErrorRate)} is usual here`;
  const configured = [
    failureThreshold !== null && count(failureThreshold, 'consecutive failure'),
    errorRateThreshold !== null && percent(errorRateThreshold),
  ].filter(Boolean);
  const causes = reasons.map((reason) => MOVES[reason] ?? usual);
  return ` (configured: ${configured.join(' and ')}; adapted because ${causes.join(' and ')})`;
}

function figures(metrics: UnifiedCircuitMetrics, options: ResolvedOptions): string {
  const { consecutiveFailures, currentErrorRate, currentSlowCallRate, windowCount } = metrics;
  const slow = options.slowCallRateThreshold === null ? '' : `, ${percent(currentSlowCallRate)} slow`;
  const rate = `failure rate ${percent(currentErrorRate)} in the last ${count(windowCount, 'call')}`;
  return `${count(consecutiveFailures, 'consecutive failure')}, ${rate}${slow}`;
}

/** Built-in reasons. Others are shown as they are. */
const REASONS: Readonly<Record<string, string>> = {
  consecutive_failures: 'there were too many consecutive failures',
  error_rate: 'the failure rate was too high',
  cusum: 'the failure rate rose',
  slow_call_rate: 'there were too many slow calls',
  retry_after: 'the dependency asked for a pause',
  probe_failed: 'a probe failed',
  probe_slow: 'a probe was too slow',
  lease_expired: 'a probe took too long',
  restored_half_open: 'it was half-open when its snapshot was taken',
};

function open(circuit: Circuit, state: OpenState, subject: string): string {
  const { decidedBy, options } = circuit;
  const why = Object.hasOwn(REASONS, state.reason) ? REASONS[state.reason] : `of "${state.reason}"`;
  const evidence = decidedBy === null ? '' : ` (${figures(decidedBy, options)})`;
  const health = state.heldMs > 0 ? ' Its health check reports unhealthy, which prolongs the wait.' : '';
  return `${subject} is open because ${why}${evidence}. ${next(circuit)}${health}`;
}

function halfOpen(circuit: Circuit, state: HalfOpenState, subject: string): string {
  const { options } = circuit;
  if (state.relapsedAt(circuit.now(), options) !== undefined) {
    return `${subject} is half-open, and a probe took too long, which counts as a failure. ${next(circuit)}`;
  }
  const { successThreshold, halfOpenMaxFailures } = options;
  const successes = `${state.successes} of ${successThreshold} required successes so far`;
  const probes = `${count(state.probes.size, 'probe')} running`;
  const left = Math.max(0, halfOpenMaxFailures - state.failures);
  const rest = left === 0 ? 'Any failure reopens it.' : `${count(left, 'more failure')} can happen before it reopens.`;
  return `${subject} is half-open: ${successes}, ${probes}. ${rest} ${next(circuit)}`;
}

function next(circuit: Circuit): string {
  circuit.wake();
  const now = circuit.now();
  const wait = stateWaitMs(circuit, now);
  if (wait === Infinity) return 'It is not known when the next call is admitted.';
  if (wait > 0) return `The next call is admitted in ${wait} ms.`;
  return slotWaitMs(circuit, now) > 0 ? 'It is ready to probe.' : 'The next call is admitted as a probe.';
}

/** The bulkhead decides after the state. */
function limits(circuit: Circuit): string | false {
  if (circuit.options.mode === 'observe') return 'Mode is observe: no calls are rejected.';
  if (slotWaitMs(circuit, circuit.now()) === 0) return false;
  const { bulkhead: { limit }, recorder: { abandoned } } = circuit;
  const still = abandoned === 0 ? '' : `, ${abandoned} by operations whose calls have ended`;
  return `${limit} of ${limit} slots (\`maxConcurrent\`) are taken${still}, so the next call is rejected.`;
}

/** Options that are valid and may surprise. */
function surprises(options: ResolvedOptions): (string | false)[] {
  const { minRequestsThreshold, failureThreshold, errorRateThreshold, slidingWindowMs, slidingWindowSize } = options;
  const { timeoutMs, halfOpenLeaseMs } = options;
  const limitMs = timeoutMs ?? 0;
  return [
    errorRateThreshold !== null && failureThreshold !== null && minRequestsThreshold < failureThreshold
      && `With a minimum of ${count(minRequestsThreshold, 'call')}, the failure rate can open the circuit before `
      + `${count(failureThreshold, 'consecutive failure')} can.`,
    slidingWindowMs !== null && slidingWindowSize !== Math.max(100, minRequestsThreshold)
      && 'The window is a window of time, so `slidingWindowSize` has no effect.',
    slidingWindowMs !== null && slidingWindowMs < limitMs && failureThreshold === null
      && 'The window is shorter than the timeout, so hanging calls hardly fill it.',
    (halfOpenLeaseMs ?? limitMs) < limitMs
      && `A probe keeps its slot for ${halfOpenLeaseMs} ms (\`halfOpenLeaseMs\`) and counts until its timeout.`,
  ];
}

function percent(rate: number): string {
  return `${Math.round(rate * 1_000) / 10}%`;
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
