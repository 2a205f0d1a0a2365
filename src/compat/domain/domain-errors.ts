/** The tokens of this minute are spent; the model was not called. @deprecated Throw an error of your own. */
export class LlmRateLimitError extends Error {
  override get name(): string {
    return 'LlmRateLimitError';
  }
}

/** The cost budget is spent; the model was not called. @deprecated Throw an error of your own. */
export class LlmCostLimitError extends Error {
  override get name(): string {
    return 'LlmCostLimitError';
  }
}

/** The response failed its validation. @deprecated Throw an error of your own. */
export class LlmValidationError extends Error {
  override get name(): string {
    return 'LlmValidationError';
  }
}

/** The user is flagged; nobody was authenticated. @deprecated Throw an error of your own. */
export class AuthSecurityError extends Error {
  override get name(): string {
    return 'AuthSecurityError';
  }
}
