import type { UnifiedCircuitConfig } from '../../breaker/options/options.ts';
import type { ManagedCircuitConfig } from '../../manager/options.ts';
import type { LegacyConfig, LegacyConfigClass } from '../legacy-config.ts';
import type { LegacyOptions } from '../legacy-name.ts';
import type { GivenLegacy, HeldLegacy } from '../read-legacy.ts';
import { isListed } from './class-name.ts';

/** A domain's configuration: frozen, in legacy names and units. */
export type DomainConfig<Table extends LegacyOptions, Shown extends keyof Table> = LegacyConfig<Table> & {
  /** What the status shows of it. */
  toDict(): Pick<HeldLegacy<Table>, Shown>;
};

/** The class of a domain's configuration. */
export interface DomainConfigClass<Table extends LegacyOptions, Shown extends keyof Table> extends LegacyConfigClass<Table> {
  /** @throws CircuitBreakerConfigError that lists every problem with the options. */
  new (given?: GivenLegacy<Table>): DomainConfig<Table, Shown>;
}

/** What a domain adds to its options. */
interface DomainRules<Table extends LegacyOptions, Shown extends keyof Table> {
  readonly shown: readonly Shown[];
  /** The option that lists errors that count. */
  readonly expected: keyof Table & string;
  /** Says which errors are answers, and no failures of the dependency, unless the caller gives a list of those that count. */
  readonly answers?: (error: unknown, config: HeldLegacy<Table>) => boolean;
  /** Errors that count whatever the caller lists. */
  readonly always?: readonly string[];
}

/** Outcomes that a rate needs, unless the threshold is higher: with fewer the rate would open before it is reached. */
const LEAST_CALLS = 3;

/** Gives a configuration class what domains share: errors by their names, and the part that the status shows. */
export function domainConfig<Table extends LegacyOptions, const Shown extends keyof Table & string>(
  type: LegacyConfigClass<Table>,
  table: Table,
  { shown, expected, answers, always = [] }: DomainRules<Table, Shown>,
): DomainConfigClass<Table, Shown> {
  const Base = type as unknown as new (given?: unknown) => { toUnifiedConfig(): ManagedCircuitConfig };
  const config = class extends Base {
    override toUnifiedConfig(): ManagedCircuitConfig {
      const unified = super.toUnifiedConfig();
      const { failureThreshold, slidingWindowSize = LEAST_CALLS } = unified;
      const minRequestsThreshold = Math.min(slidingWindowSize, Math.max(LEAST_CALLS, failureThreshold ?? 0));
      return Object.freeze({ ...unified, minRequestsThreshold, ...this.#judgement() });
    }

    toDict(): unknown {
      return Object.fromEntries(shown.map((key) => [key, this.#held[key]]));
    }

    get #held(): HeldLegacy<Table> {
      return this as unknown as HeldLegacy<Table>;
    }

    #judgement(): Pick<UnifiedCircuitConfig, 'countErrors' | 'ignoreErrors'> {
      const names = this.#held[expected] as readonly string[];
      if (names.length > 0 && names !== table[expected]?.default) return { countErrors: (error) => isListed(error, [...names, ...always]) };
      return answers === undefined ? {} : { ignoreErrors: (error) => answers(error, this.#held) };
    }
  };
  Object.defineProperty(config, 'name', { value: type.name });
  return config as unknown as DomainConfigClass<Table, Shown>;
}
