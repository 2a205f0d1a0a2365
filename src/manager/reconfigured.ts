import { FOR_LIFE, reconfigure } from '../breaker/call/reconfigure.ts';
import type { UnifiedCircuitConfig } from '../breaker/options/options.ts';
import { resolveConstruction } from '../breaker/options/resolve.ts';
import { UnifiedCircuitBreaker } from '../breaker/unified-circuit-breaker.ts';
import { assertNone } from '../core/validation.ts';
import { inherit } from './inherit.ts';
import type { Member } from './member.ts';
import { readGiven } from './read-options.ts';

/**
 * Gives a member other options, or refuses them all.
 *
 * @throws CircuitBreakerConfigError that lists every problem.
 */
export function changed(member: Member, changes: unknown): void {
  const { breaker, circuit } = member;
  const { name } = circuit.options;
  const given = readGiven(name, changes, 'base');
  const fixed = FOR_LIFE.filter((option) => given[option] !== undefined).map((option) => `\`${option}\` is for life; remove the breaker and create another one`);
  if (given['mode'] !== undefined && (given['mode'] === 'off') !== (circuit.options.mode === 'off')) fixed.push('mode `off` is for life; use forceClose() instead');
  assertNone(name, fixed);
  const whole = inherit(member.given, given);
  const { options } = resolveConstruction({ ...whole, name } as unknown as UnifiedCircuitConfig, circuit.ownTripPolicy ? { tripPolicy: NEVER } : {});
  member.given = whole;
  reconfigure(UnifiedCircuitBreaker.coreOf(breaker).execution, options);
}

/** Says to the check of the options that the breaker has closed rules of its own. */
const NEVER = { shouldTrip: () => null };
