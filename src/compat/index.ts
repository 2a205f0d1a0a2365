/**
 * Legacy names on the one breaker, as far as they do not clash; those that do are on subpaths of their own, `./compat/<source>`.
 *
 * @module
 */
export { fromPythonConfig } from './from-python.ts';
export type { FromPython } from './from-python.ts';
export { LEGACY_NAME_CODE, reportLegacyNames } from './deprecation.ts';
export type { LegacyReporter } from './deprecation.ts';
