import type { UnifiedCircuitBreaker } from '../../breaker/unified-circuit-breaker.ts';
import type { CircuitState } from '../../core/state.ts';
import { asConfig } from '../legacy-config.ts';
import { warnOfLegacyName } from '../deprecation.ts';
import { LabelledFailure } from '../failure-label.ts';
import { legacyState } from '../legacy-view.ts';
import { ownBreaker } from '../runtime.ts';
import type { LegacyRuntime } from '../runtime.ts';
import { agentMetricsOf } from './agent-metrics.ts';
import type { CircuitBreakerMetrics } from './agent-metrics.ts';
import { CircuitBreakerConfig, tripPolicyOf, windowMsOf } from './circuit-breaker-config.ts';
import type { CircuitBreakerConfigOptions } from './circuit-breaker-config.ts';
import { FailureRecords } from './failure-records.ts';
import type { FailureRecord } from './failure-records.ts';
import type { FailureType } from './failure-type.ts';
import { HeldPermits } from './held-permits.ts';

/** What an `AgentCircuitBreaker` may be made with besides. */
export interface AgentCircuitBreakerParts extends LegacyRuntime {
  /** The breaker to use, instead of one that nobody lists; it is listened to for as long as it lives, so give it to one object only. */
  readonly breaker?: UnifiedCircuitBreaker | undefined;
}

/** Stops an agent that failed too often within a window of time: ask, run the agent, record. @deprecated Use `UnifiedCircuitBreaker`. */
export class AgentCircuitBreaker {
  /** The agent. */
  readonly agentName: string;
  /** The configuration, in seconds. */
  readonly config: CircuitBreakerConfig;
  /** The breaker behind the legacy name; new code uses it directly. */
  readonly breaker: UnifiedCircuitBreaker;
  readonly #records: FailureRecords;
  readonly #permits = new HeldPermits();

  /** @throws CircuitBreakerConfigError that lists every problem with the configuration. */
  constructor(agentName: string, config: CircuitBreakerConfig | CircuitBreakerConfigOptions = {}, { breaker, ...runtime }: AgentCircuitBreakerParts = {}) {
    warnOfLegacyName('agents-security', 'AgentCircuitBreaker', 'UnifiedCircuitBreaker');
    this.agentName = agentName;
    this.config = asConfig(CircuitBreakerConfig, config);
    this.breaker = breaker ?? ownBreaker(agentName, this.config.toUnifiedConfig(), runtime, { tripPolicy: tripPolicyOf(this.config) });
    this.#records = new FailureRecords(runtime.clock);
    this.breaker.on('stateChange', ({ from, to }) => {
      if (from === 'half_open') this.#permits.drop();
      if (to === 'closed') this.#records.clear();
    });
  }

  /** `closed`, `open` or `half_open`; the last one also when the wait of an open circuit is over. Reading moves nothing. */
  get state(): CircuitState {
    return legacyState(this.breaker);
  }

  /** The failures of the window since the circuit last closed, the oldest first; at most 1 000. */
  get failureRecords(): readonly FailureRecord[] {
    return this.#records.within(windowMsOf(this.config));
  }

  /**
   * Whether the agent may run now. While closed it only looks. After the wait a yes takes the permit of a probe, which the next record gives back, or
   * the end of its lease; a no counts as a blocked request.
   */
  canExecute(): boolean {
    return this.breaker.state === 'closed' ? this.breaker.canExecute() : this.#permits.take(this.breaker);
  }

  /** Records that the agent has succeeded, at once. */
  recordSuccess(): void {
    const permit = this.#permits.newest();
    if (permit === undefined) this.breaker.recordSuccess();
    else permit.success();
  }

  /** Records that the agent has failed, at once. The kind is the name of the error in the breaker's metrics. */
  recordFailure(failureType: FailureType, errorMessage: string, userId: string | null = null, context: Readonly<Record<string, unknown>> | null = null): void {
    this.#records.add({ failureType, errorMessage, agentName: this.agentName, userId, context });
    const failure = new LabelledFailure(failureType, errorMessage);
    const permit = this.#permits.newest();
    if (permit === undefined) this.breaker.recordFailure(failure);
    else permit.failure(failure);
  }

  /** The figures. Reading changes nothing. */
  getMetrics(): CircuitBreakerMetrics {
    return agentMetricsOf(this.agentName, this.breaker, this.failureRecords.length);
  }

  /** Closes the circuit and forgets what it has seen. */
  forceReset(): void {
    this.breaker.reset();
    this.#records.clear();
  }
}
