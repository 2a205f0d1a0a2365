import type { LegacyName } from '../legacy-name.ts';
import { coreNames } from './core.ts';
import { passedOn } from './passed-on.ts';

/** The legacy names of `./compat/utils`: all of core. */
export const utilsNames: readonly LegacyName[] = /* @__PURE__ */ passedOn(
  'utils',
  'utils/circuit_breaker.py',
  /* @__PURE__ */ Object.fromEntries(/* @__PURE__ */ coreNames.map(({ shim }) => [shim, shim])),
);
