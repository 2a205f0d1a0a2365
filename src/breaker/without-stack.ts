/** Builds an error; without its stack trace, unless asked for: capturing one takes longer than a rejection should. */
export function withoutStack<E extends Error>({ captureStack }: { readonly captureStack: boolean }, build: () => E): E {
  if (captureStack) return build();
  const limit = Error.stackTraceLimit;
  setLimit(0);
  try {
    return build();
  } finally {
    setLimit(limit);
  }
}

/** Frozen intrinsics refuse the assignment; then the stack is captured after all. */
function setLimit(limit: number): void {
  try {
    Error.stackTraceLimit = limit;
  } catch {
    // Nothing depends on it.
  }
}
