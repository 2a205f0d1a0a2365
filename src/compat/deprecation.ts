import { disarm, quietly } from '../core/untrusted.ts';

/** The code of every warning about a legacy name; Node silences it by `--disable-warning=UCB_LEGACY_NAME` or `--no-deprecation`. */
export const LEGACY_NAME_CODE = 'UCB_LEGACY_NAME';

/** Receives the text of a warning. */
export type LegacyReporter = (message: string) => void;

interface Process {
  emitWarning?(message: string, options: { readonly type: string; readonly code: string }): void;
}

/** What all copies of the package in a process share, so that each name is warned of once. */
interface Warnings {
  readonly told: Set<string>;
  report: LegacyReporter | null;
}

/** Where every copy of the package in this process looks. */
const PLACE = 'unified-circuit-breaker.legacy-names';

function warnings(): Warnings {
  const registry = globalThis as unknown as Record<symbol, Warnings | undefined>;
  const found = registry[Symbol.for(PLACE)];
  if (found !== undefined) return found;
  const fresh: Warnings = { told: new Set(), report: null };
  Object.defineProperty(registry, Symbol.for(PLACE), { value: fresh });
  return fresh;
}

let inside = 0;

/** Runs the inside of a legacy name: other legacy names that it uses are not the caller's, and not warned of. */
export function insideLegacyName<T>(run: () => T): T {
  inside += 1;
  try {
    return run();
  } finally {
    inside -= 1;
  }
}

/** Tells, once for each name and process, what to use instead of a legacy name. On Node as a deprecation warning; elsewhere only after `reportLegacyNames()`. */
export function warnOfLegacyName(source: string, name: string, replacement: string): void {
  if (inside > 0) return;
  const { told, report } = warnings();
  const key = `${source}/${name}`;
  if (told.has(key)) return;
  told.add(key);
  const anchor = `docs/migration/from-legacy.md#${source}`;
  const message = `${name} of unified-circuit-breaker/compat/${source} is a legacy name; use ${replacement} instead, see ${anchor}`;
  const { process } = globalThis as { readonly process?: Process };
  quietly(() => {
    if (report !== null) disarm(report(message));
    else if (typeof process?.emitWarning === 'function') process.emitWarning(message, { type: 'DeprecationWarning', code: LEGACY_NAME_CODE });
  });
}

/**
 * Sends the warnings about legacy names to `report` instead, from now on; `null` goes back to what the platform does. Browsers and workers, which are silent
 * unless asked, are asked by `reportLegacyNames(console.warn)`.
 */
export function reportLegacyNames(report: LegacyReporter | null): void {
  warnings().report = report;
}
