/** What is given instead of the answer of an external service. */
export interface ExternalServiceFallback {
  /** `oauth_temporarily_unavailable`, `llm_temporarily_unavailable` or `service_temporarily_unavailable`. */
  readonly error: string;
  /** The same for people. */
  readonly message: string;
  /** Always true. */
  readonly fallback: true;
  /** When to come back, in seconds. Language models only. */
  readonly suggestedRetrySeconds?: number;
}

/** The body for a service, by the first part of its name; each is an object of its own. */
export function fallbackBody(serviceName: string): ExternalServiceFallback {
  if (serviceName.startsWith('oauth_')) return { error: 'oauth_temporarily_unavailable', message: 'Signing in is not possible at the moment. Try again.', fallback: true };
  if (serviceName.startsWith('llm_')) {
    return { error: 'llm_temporarily_unavailable', message: 'The language model is not available at the moment. Try again later.', fallback: true, suggestedRetrySeconds: 30 };
  }
  return { error: 'service_temporarily_unavailable', message: `${serviceName} is not available at the moment`, fallback: true };
}
