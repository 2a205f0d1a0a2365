import type { Circuit } from '../breaker/circuit/circuit.ts';
import { reconfigure as continueWith } from '../breaker/circuit/reconfigure.ts';
import type { UnifiedCircuitConfig } from '../breaker/options/options.ts';
import { resolveConstruction } from '../breaker/options/resolve.ts';
import { hasTrait } from '../breaker/options/table.ts';
import { UnifiedCircuitBreaker } from '../breaker/unified-circuit-breaker.ts';
import { CircuitBreakerConfigError } from '../core/errors.ts';
import { tryOrUndefined } from '../core/untrusted.ts';
import { assertNone, mustBe } from '../core/validation.ts';
import { inherit, readGiven } from './option-sources.ts';
import type { GivenOptions } from './options.ts';

/** The options of a live breaker that can be changed. */
export type Changes = Omit<UnifiedCircuitConfig, 'name' | 'restore'>;

/**
 * Changes options of a live breaker. Its state, totals, running waits and calls in flight stay, and so does all
 * evidence that the new options can use: the results in a window of the same kind that fit, consecutive results, the
 * sum of a detector, usual rates, the learned concurrency limit. Results aren't judged again. A trip policy stays
 * unless you pass another one, which starts empty. These options can't be changed: `name`, `clock`, `random`,
 * `onInternalError`, `healthCheck`, the four that classify results, and `mode` from or to `off`.
 * @throws CircuitBreakerConfigError that lists every problem. Then nothing has changed.
 */
export function reconfigure(breaker: UnifiedCircuitBreaker, changes: Changes): void {
  const circuit = circuitFor(breaker);
  const given = readGiven(circuit.name, changes, 'changes');
  assertChangeable(circuit.name, given, circuit.options.mode);
  change(circuit, inherit(circuit.given, given));
}

/** @throws CircuitBreakerConfigError if it isn't a breaker of this copy of the package. */
export function circuitFor(breaker: unknown): Circuit {
  const circuit = tryOrUndefined(() => UnifiedCircuitBreaker.circuitOf(breaker as UnifiedCircuitBreaker));
  if (circuit !== undefined) return circuit;
  const problem = mustBe('breaker', 'a UnifiedCircuitBreaker of this copy of the package', breaker);
  throw new CircuitBreakerConfigError('unnamed', [problem]);
}

/** @throws CircuitBreakerConfigError that lists the options that can't be changed. */
export function assertChangeable(name: string, given: GivenOptions, mode: string, title?: string): void {
  const instead = title === undefined ? 'Remove the breaker and create a new one.' : 'Choose another name.';
  const fixed = Object.keys(given)
    .filter((option) => hasTrait(option, 'fixed'))
    .map((option) => `\`${option}\` can't be changed. ${instead}`);
  if (given['mode'] !== undefined && (given['mode'] === 'off') !== (mode === 'off')) {
    fixed.push("`mode` can't be changed from or to `off`. Use `forceClose()`.");
  }
  assertNone(name, fixed, title);
}

/** Continues a circuit with options from all sources. */
export function change(circuit: Circuit, given: GivenOptions): void {
  const { options, tags } = resolveConstruction({ ...given, name: circuit.name } as unknown as UnifiedCircuitConfig);
  continueWith(circuit, options, tags, given);
}
