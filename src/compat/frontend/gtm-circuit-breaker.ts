import type { UnifiedCircuitBreaker } from '../../breaker/unified-circuit-breaker.ts';
import { systemClock } from '../../core/clock.ts';
import { insideLegacyName, warnOfLegacyName } from '../deprecation.ts';
import { gtmSettings } from '../mapping/frontend.ts';
import type { LegacyRuntime } from '../runtime.ts';
import { CircuitBreaker } from './circuit-breaker.ts';
import type { CircuitBreakerState } from './circuit-breaker.ts';
import { SentEvents } from './sent-events.ts';
import type { GTMEventKey } from './sent-events.ts';

/** The figures of a `GTMCircuitBreaker`. */
export interface GTMStats {
  /** Whether the circuit is open. */
  readonly isOpen: boolean;
  /** Different keys sent in the last minute. */
  readonly recentEventsCount: number;
  /** Events sent in the last minute by their type, `category:action`. */
  readonly eventTypeCounts: Readonly<Record<string, number>>;
  /** The state of the circuit. */
  readonly circuitBreakerState: CircuitBreakerState;
}

/** Keeps repeated and too many events from Google Tag Manager. @deprecated Use `UnifiedCircuitBreaker`, and a list of your own of what was sent. */
export class GTMCircuitBreaker {
  readonly #circuit: CircuitBreaker;
  readonly #sent: SentEvents;

  constructor(runtime: LegacyRuntime = {}) {
    warnOfLegacyName('frontend', 'GTMCircuitBreaker', 'UnifiedCircuitBreaker, and a list of your own of what was sent');
    this.#circuit = insideLegacyName(() => new CircuitBreaker(gtmSettings, runtime));
    this.#sent = new SentEvents(runtime.clock ?? systemClock);
  }

  /** The breaker behind the legacy name; new code uses it directly. */
  get breaker(): UnifiedCircuitBreaker {
    return this.#circuit.breaker;
  }

  /**
   * Whether an event may be sent: not while the circuit is open, not when one of its key was sent less than 2 s ago, and not when 100 of its category and action
   * were sent in the last minute. Being refused for the last reason counts as a failure.
   */
  canSendEvent(key: GTMEventKey): boolean {
    if (this.#circuit.isOpen() || this.#sent.isRepeated(key)) return false;
    if (!this.#sent.isTooFrequent(key)) return true;
    this.#circuit.recordFailure('rate_limit');
    return false;
  }

  /** Records that an event was sent. It closes an open circuit. */
  recordEventSent(key: GTMEventKey): void {
    this.#sent.add(key);
    this.#circuit.recordSuccess();
  }

  /** Records that an event could not be sent. */
  recordEventFailure(_key?: GTMEventKey, error?: unknown): void {
    this.#circuit.recordFailure(error);
  }

  /** Whether the circuit is open. Asking changes nothing. */
  isOpen(): boolean {
    return this.#circuit.isOpen();
  }

  /** The figures. */
  getStats(): GTMStats {
    return { isOpen: this.isOpen(), recentEventsCount: this.#sent.keys, eventTypeCounts: this.#sent.types, circuitBreakerState: this.#circuit.getState() };
  }

  /** Closes the circuit and forgets what was sent. */
  reset(): void {
    this.#circuit.reset();
    this.#sent.clear();
  }

  /** Stops the timers and forgets what was sent; `getGTMCircuitBreaker()` makes another one then. */
  destroy(): void {
    this.#circuit.destroy();
    this.#sent.clear();
    if (shared === this) shared = null;
  }
}

let shared: GTMCircuitBreaker | null = null;

/** The breaker that all callers share; made when first asked for. @deprecated Use `UnifiedCircuitBreaker`, and a list of your own of what was sent. */
export function getGTMCircuitBreaker(): GTMCircuitBreaker {
  warnOfLegacyName('frontend', 'getGTMCircuitBreaker', 'UnifiedCircuitBreaker, and a list of your own of what was sent');
  shared ??= insideLegacyName(() => new GTMCircuitBreaker());
  return shared;
}
