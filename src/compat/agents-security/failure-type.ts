/** @deprecated Name errors by the kind of failure. The kinds that agents tell apart. */
export const FailureType = /* @__PURE__ */ Object.freeze({
  TIMEOUT: 'timeout',
  EXCEPTION: 'exception',
  SILENT_FAILURE: 'silent_failure',
  MEMORY_ERROR: 'memory_error',
  RATE_LIMIT: 'rate_limit',
} as const);

/** @deprecated Name errors by the kind of failure. One of the kinds that agents tell apart. */
export type FailureType = (typeof FailureType)[keyof typeof FailureType];
