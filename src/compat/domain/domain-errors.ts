/** @deprecated Throw an error of your own. The tokens of this minute are spent; the model was not called. */
export class LlmRateLimitError extends Error {
  override get name(): string {
    return 'LlmRateLimitError';
  }
}

/** @deprecated Throw an error of your own. The cost budget is spent; the model was not called. */
export class LlmCostLimitError extends Error {
  override get name(): string {
    return 'LlmCostLimitError';
  }
}

/** @deprecated Throw an error of your own. The response failed its validation. */
export class LlmValidationError extends Error {
  override get name(): string {
    return 'LlmValidationError';
  }
}

/** @deprecated Throw an error of your own. The user is flagged; nobody was authenticated. */
export class AuthSecurityError extends Error {
  override get name(): string {
    return 'AuthSecurityError';
  }
}
