import type { UnifiedCircuitConfig } from '../breaker/options/options.ts';

/** What a legacy option holds, which also says its unit. */
export type LegacyKind = 'name' | 'text' | 'count' | 'number' | 'seconds' | 'milliseconds' | 'share' | 'flag' | 'names' | 'classes' | 'any';

/** How many of our units one legacy unit is: seconds become milliseconds. */
export const unitFactors: Readonly<Partial<Record<LegacyKind, number>>> = { seconds: 1_000 };

/** One option of a legacy name. */
export interface LegacyOption {
  /** What it holds. A `name` is required; everything else may be left out. */
  readonly kind: LegacyKind;
  /** The option of `UnifiedCircuitConfig` that it becomes; `null` where the legacy name uses it itself, or never used it. */
  readonly to: keyof UnifiedCircuitConfig | null;
  /** What the legacy name takes it for when it is left out, in legacy units; without it, what `presets.canonical` says. */
  readonly default?: string | number | boolean | readonly string[] | undefined;
  /** What the migration guide says of it. */
  readonly note?: string;
}

/** The options of a legacy name, by their legacy names in camelCase. */
export type LegacyOptions = Readonly<Record<string, LegacyOption>>;

/** What a legacy name sets that its callers could not. */
export type LegacySettings = Readonly<Omit<Partial<UnifiedCircuitConfig>, 'name' | 'clock' | 'random'>>;

/** A behaviour of the legacy code that was a fault. */
interface Repair {
  /** What the legacy code did. */
  readonly fault: string;
  /** What happens now. */
  readonly now: string;
  /** What to look for in code that calls it. */
  readonly check: string;
}

/** One legacy name: where it was, where it is, and what to write instead. */
export interface LegacyName {
  /** The legacy module. */
  readonly module: string;
  /** The name there. */
  readonly name: string;
  /** The subpath that has it now: `core` is `unified-circuit-breaker/compat/core`. */
  readonly source: string;
  /** The name there. */
  readonly shim: string;
  /** What new code uses instead. */
  readonly replacement: string;
  /** Its options; none where it has none. */
  readonly options?: LegacyOptions;
  /** What it sets besides. */
  readonly settings?: LegacySettings;
  /** The trip rule of `compat/quirks.ts` that it opens by, where the built-in rules do not say it. */
  readonly quirk?: 'failuresWithin' | 'cumulativeFailures' | 'decayingFailures' | 'errorRateAbove';
  /** Legacy members, in their legacy spelling, and what new code writes. */
  readonly members?: Readonly<Record<string, string>>;
  /** What callers could rely on, and still can. */
  readonly kept?: readonly string[];
  /** What was a fault, and is none now. */
  readonly repaired?: readonly Repair[];
  /** What else the migration guide says. */
  readonly note?: string;
}
