// @ts-check
import { adaptersCase } from './adapters.mjs';
import { adaptiveCase } from './adaptive.mjs';
import { bundleCase } from './bundle.mjs';
import { callPathCase } from './call-path.mjs';
import { callSyncCase } from './call-sync.mjs';
import { facadeCases } from './facades.mjs';
import { failureCases } from './failure.mjs';
import { hotPathCase } from './hot-path.mjs';
import { inFlightCase } from './in-flight.mjs';
import { keyedCases, keyedStallCase } from './keyed.mjs';
import { keyedOpenCase } from './keyed-open.mjs';
import { memoryCase } from './memory.mjs';
import { outageBeginsCase } from './outage-begins.mjs';
import { rejectionCase } from './rejection.mjs';
import { successCases } from './success.mjs';
import { timersCase } from './timers.mjs';
import { windowSizeCases } from './window-size.mjs';

/** @type {readonly import('./case.mjs').Case[]} In the order in which they run. */
export const cases = [
  adaptersCase,
  hotPathCase,
  ...successCases,
  callSyncCase,
  rejectionCase,
  ...failureCases,
  outageBeginsCase,
  inFlightCase,
  ...windowSizeCases,
  ...facadeCases,
  adaptiveCase,
  ...keyedCases,
  keyedStallCase,
  keyedOpenCase,
  memoryCase,
  timersCase,
  bundleCase,
  callPathCase,
];
