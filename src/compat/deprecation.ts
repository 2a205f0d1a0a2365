import { ignoreRejection, tryOrUndefined } from '../core/untrusted.ts';

/** The code of every warning about a legacy name. Node's `--disable-warning=UCB_LEGACY_NAME` silences it. */
export const LEGACY_NAME_CODE = 'UCB_LEGACY_NAME';

/** Receives the text of a warning. */
export type LegacyReporter = (message: string) => void;

type Warnings = { readonly told: Set<string>; report: LegacyReporter | null };

/** Returns what all copies of the package in a process share, so that each name warns once. */
function warnings(): Warnings {
  const place = Symbol.for('unified-circuit-breaker.legacy-names');
  const registry = globalThis as unknown as Record<symbol, Warnings | undefined>;
  const value: Warnings = registry[place] ?? { told: new Set(), report: null };
  if (registry[place] === undefined) Object.defineProperty(registry, place, { value });
  return value;
}

let inside = 0;

/** Runs the inside of a legacy name. Legacy names that it uses don't warn, because the caller didn't write them. */
export function insideLegacyName<T>(run: () => T): T {
  inside += 1;
  try {
    return run();
  } finally {
    inside -= 1;
  }
}

/** Warns once for each name and process. Node prints the warning, other platforms need `reportLegacyNames()`. */
export function warnOfLegacyName(source: string, name: string, replacement: string): void {
  if (inside > 0) return;
  const { told, report } = warnings();
  const key = `${source}/${name}`;
  if (told.has(key)) return;
  told.add(key);
  const legacy = `${name} of unified-circuit-breaker/compat/${source} is a legacy name.`;
  const message = `${legacy} Use ${replacement} instead. See docs/migration/from-legacy.md#${source}.`;
  const { process } = globalThis as { process?: { emitWarning?(text: string, options: object): void } };
  tryOrUndefined(() => {
    if (report !== null) ignoreRejection(report(message));
    else process?.emitWarning?.(message, { type: 'DeprecationWarning', code: LEGACY_NAME_CODE });
  });
}

/**
 * Sends the warnings about legacy names to `report`. Names that have warned before warn again. `null` restores what the
 * platform does. Browsers and workers are silent unless you call `reportLegacyNames(console.warn)`.
 */
export function reportLegacyNames(report: LegacyReporter | null): void {
  warnings().told.clear();
  warnings().report = report;
}
