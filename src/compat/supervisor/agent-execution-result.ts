import { errorText } from '../error-text.ts';

/** What is told when nothing could serve. */
export interface FinalFallbackData {
  /** `Unable to complete <agent> operation`. */
  readonly message: string;
  /** Always `degraded`. */
  readonly status: 'degraded';
  /** What failed, in words. */
  readonly error: string;
  /** Always true. */
  readonly fallbackUsed: true;
}

/** How a result came about. */
export interface FallbackMetadata<F> {
  /** The agent that was asked. */
  readonly agentName: string;
  /** The circuit was open, and the fallback served. */
  readonly circuitBreakerFallback?: true;
  /** The agent failed, and the fallback served. */
  readonly fallbackUsed?: true;
  /** Nothing could serve. */
  readonly finalFallback?: true;
  /** What the fallback gave, or what is told instead. */
  readonly fallbackData?: F | FinalFallbackData;
}

/** What `executeWithFallback()` gives. */
export interface AgentExecutionResult<T, F = never> {
  /** Whether the agent succeeded or a fallback served. */
  readonly success: boolean;
  /** What the agent or the fallback gave; undefined when neither could. */
  readonly result: T | F | undefined;
  /** What failed, in words, when nothing could serve; else null. */
  readonly error: string | null;
  /** How long it took, in seconds. */
  readonly duration: number;
  /** How it came about. */
  readonly metadata: FallbackMetadata<F>;
}

/** A result without its duration. */
export type Untimed<T, F = never> = Omit<AgentExecutionResult<T, F>, 'duration'>;

/** The fallback has served. */
export function served<F>(agentName: string, why: 'circuitBreakerFallback' | 'fallbackUsed', fallbackData: F): Untimed<never, F> {
  return { success: true, result: fallbackData, error: null, metadata: { [why]: true, agentName, fallbackData } };
}

/** Nothing could serve. */
export function unserved(agentName: string, cause: unknown): Untimed<never> {
  const error = errorText(cause);
  const fallbackData = { message: `Unable to complete ${agentName} operation`, status: 'degraded', error, fallbackUsed: true } as const;
  return { success: false, result: undefined, error, metadata: { finalFallback: true, agentName, fallbackData } };
}
