import { setTimeout as sleep } from 'node:timers/promises';
import { UnifiedCircuitBreaker } from 'unified-circuit-breaker';
import { bareClient, protectedClient } from './client.ts';
import { startLoad, type Lane } from './load.ts';
import { reasonInWords } from './reason.ts';
import { observations, type Observation, type PhaseStart, type StateChange } from './run-record.ts';
import type { Phase, Script } from './script.ts';
import { sampleMs, type Snapshot } from './snapshot.ts';
import { Tally } from './tally.ts';
import type { UpstreamProcess } from './upstream-process.ts';
import type { View } from './view.ts';

/** How much longer than planned a recovery may take, in milliseconds. */
const patienceMs = 10_000;

/** A run that is over. */
export interface FinishedRun {
  readonly last: Snapshot;
  readonly observations: readonly Observation[];
  readonly explanations: readonly Explanation[];
}

/** What `explain()` returned when the circuit opened from closed, and at the end. */
export interface Explanation {
  readonly when: string;
  readonly text: string;
}

/** One run of a script: the breaker, both clients, and the record of what happened. */
export class DemoRun {
  readonly #script: Script;
  readonly #view: View;
  readonly #upstream: UpstreamProcess;
  readonly #breaker: UnifiedCircuitBreaker;
  readonly #tallies: { readonly bare: Tally; readonly protected: Tally };
  readonly #waiting = { bare: [] as number[], protected: [] as number[] };
  readonly #starts: PhaseStart[] = [];
  readonly #changes: StateChange[] = [];
  readonly #explanations: Explanation[] = [];
  #startedAt = 0;

  /** The upstream has to be up and healthy. */
  constructor(script: Script, upstream: UpstreamProcess, view: View) {
    this.#script = script;
    this.#view = view;
    this.#upstream = upstream;
    this.#breaker = new UnifiedCircuitBreaker(script.breaker);
    this.#tallies = { bare: new Tally(script.recentMs), protected: new Tally(script.recentMs) };
  }

  /** Plays the whole script. */
  async play(): Promise<FinishedRun> {
    this.#startedAt = performance.now();
    this.#breaker.on('stateChange', ({ from, to, reason, metrics }) => {
      this.#changes.push({ atMs: this.#now(), from, to, reason: reasonInWords(reason, metrics) });
      if (from === 'closed') this.#explain(this.#starts.at(-1)?.phase.name ?? 'start');
    });
    const load = startLoad(this.#lanes(), this.#script.callsPerSecond, () => this.#now());
    const ticker = setInterval(() => this.#tick(), sampleMs);
    await this.#playPhases();
    const end = { atMs: this.#now(), rejected: this.#tallies.protected.rejected };
    // A call that outlives its timeout must not keep the demo running.
    await Promise.race([load.stop(), sleep(this.#script.bareDeadlineMs, undefined, { ref: false })]);
    clearInterval(ticker);
    this.#explain('at the end');
    const last = this.#snapshot(end.atMs);
    this.#breaker.dispose();
    return { last, observations: observations(this.#record(), end), explanations: this.#explanations };
  }

  async #playPhases(): Promise<void> {
    const { phases } = this.#script;
    for (const [index, phase] of phases.entries()) {
      this.#starts.push({ phase, atMs: this.#now(), rejectedBefore: this.#tallies.protected.rejected });
      await this.#upstream.apply(phase.fault, this.#script.slowAnswerMs);
      await Promise.all([this.#last(phase), this.#upstream.prepare(phases[index + 1]?.fault ?? 'none')]);
    }
  }

  /** A recovery lasts until the figures are calm again, which takes longer on a busy machine. */
  async #last(phase: Phase): Promise<void> {
    await sleep(phase.durationMs);
    const patientUntilMs = this.#now() + patienceMs;
    while (phase.expected === 'close again' && !this.#isCalm() && this.#now() < patientUntilMs) await sleep(sampleMs);
  }

  #isCalm(): boolean {
    const { windowCount, currentErrorRate, currentSlowCallRate } = this.#breaker.getMetrics();
    const worstRate = Math.max(currentErrorRate, currentSlowCallRate);
    return this.#breaker.state === 'closed' && windowCount >= 10 && worstRate < 0.25;
  }

  #lanes(): readonly Lane[] {
    const { url } = this.#upstream;
    return [
      { client: bareClient(url, this.#script.bareDeadlineMs), tally: this.#tallies.bare },
      { client: protectedClient(url, this.#breaker), tally: this.#tallies.protected },
    ];
  }

  #explain(when: string): void {
    this.#explanations.push({ when, text: this.#breaker.explain() });
  }

  #tick(): void {
    this.#waiting.bare.push(this.#tallies.bare.waiting);
    this.#waiting.protected.push(this.#tallies.protected.waiting);
    this.#view.show(this.#snapshot(this.#now()));
  }

  #now(): number {
    return performance.now() - this.#startedAt;
  }

  #record(): Snapshot['record'] {
    return { phases: this.#script.phases, starts: this.#starts, changes: this.#changes };
  }

  #snapshot(nowMs: number): Snapshot {
    const metrics = this.#breaker.getMetrics();
    return {
      nowMs,
      callsPerSecond: this.#script.callsPerSecond,
      recentMs: this.#script.recentMs,
      record: this.#record(),
      state: this.#breaker.state,
      retryAfterMs: this.#breaker.getStatus().retryAfterMs ?? 0,
      window: {
        calls: metrics.windowCount,
        errorRate: metrics.currentErrorRate,
        slowCallRate: metrics.currentSlowCallRate,
      },
      clients: { bare: this.#tallies.bare.figures(nowMs), protected: this.#tallies.protected.figures(nowMs) },
      hung: this.#upstream.hung,
      waiting: this.#waiting,
    };
  }
}
