/** The kinds that agents tell apart. @deprecated Name errors by the kind of failure. */
export const FailureType = /* @__PURE__ */ Object.freeze({
  TIMEOUT: 'timeout',
  EXCEPTION: 'exception',
  SILENT_FAILURE: 'silent_failure',
  MEMORY_ERROR: 'memory_error',
  RATE_LIMIT: 'rate_limit',
} as const);

/** One of the kinds that agents tell apart. @deprecated Name errors by the kind of failure. */
export type FailureType = (typeof FailureType)[keyof typeof FailureType];
