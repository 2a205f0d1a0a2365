import { coreNames } from './mapping/core.ts';
import type { LegacyName } from './legacy-name.ts';

/** Every legacy name: where it was, where it is, what it takes, what was kept and what was mended. The guide is made from it, and the migration tool reads it. */
export const mapping: readonly LegacyName[] = [...coreNames];
