import { errorText } from '../error-text.ts';

/** What a body says of itself. */
export interface FallbackMetadata {
  /** Always true. */
  readonly fallbackUsed: true;
  /** Whether a circuit did not admit the call; else the model failed. */
  readonly circuitBreakerTriggered: boolean;
  /** The text of the error. */
  readonly error: string;
  /** Seconds since the Unix epoch. */
  readonly timestamp: number;
}

/** Instead of a triage. */
export interface TriageFallback {
  /** `System_Unavailable` where a circuit did not admit the call. */
  readonly category: 'System_Unavailable' | 'General Inquiry';
  /** 0.1 where a circuit did not admit the call, else 0.5. */
  readonly confidenceScore: number;
  /** How urgent it is taken to be. */
  readonly priority: 'low' | 'medium';
  /** Empty. */
  readonly extractedEntities: Readonly<Record<string, unknown>>;
  /** Empty. */
  readonly toolRecommendations: readonly unknown[];
  /** What the body says of itself. */
  readonly metadata: FallbackMetadata;
}

/** Instead of an analysis. */
export interface DataAnalysisFallback {
  /** That there is none. */
  readonly insights: readonly string[];
  /** What to do. */
  readonly recommendations: readonly string[];
  /** 0.1 where a circuit did not admit the call, else 0.3. */
  readonly confidence: number;
  /** What the body says of itself. */
  readonly metadata: FallbackMetadata;
}

/** What is given instead of the answer of a model, by the type that was asked for; anything but the two is a text. */
export type FallbackResponse<Type extends string> = Type extends 'triage' ? TriageFallback : Type extends 'data_analysis' ? DataAnalysisFallback : string;

/** Why there is no answer. */
export interface Missing {
  readonly error: unknown;
  /** Whether a circuit did not admit the call. */
  readonly rejected: boolean;
  /** Seconds since the Unix epoch. */
  readonly timestamp: number;
}

/** The body for a type; each is an object of its own. */
export function fallbackResponse<Type extends string>(type: Type, missing: Missing): FallbackResponse<Type> {
  const bodies: Readonly<Record<string, (missing: Missing) => unknown>> = { triage, data_analysis: dataAnalysis };
  const body = Object.hasOwn(bodies, type) ? bodies[type] : undefined;
  return (body ?? text)(missing) as FallbackResponse<Type>;
}

function metadataOf({ error, rejected, timestamp }: Missing): FallbackMetadata {
  return { fallbackUsed: true, circuitBreakerTriggered: rejected, error: errorText(error), timestamp };
}

function triage(missing: Missing): TriageFallback {
  const { rejected } = missing;
  return {
    category: rejected ? 'System_Unavailable' : 'General Inquiry',
    confidenceScore: rejected ? 0.1 : 0.5,
    priority: rejected ? 'low' : 'medium',
    extractedEntities: {},
    toolRecommendations: [],
    metadata: metadataOf(missing),
  };
}

function dataAnalysis(missing: Missing): DataAnalysisFallback {
  const { rejected } = missing;
  return {
    insights: [rejected ? 'The analysis is not available: the service is protected from further calls' : 'The analysis is not available'],
    recommendations: ['Try again later'],
    confidence: rejected ? 0.1 : 0.3,
    metadata: metadataOf(missing),
  };
}

function text({ rejected }: Missing): string {
  return rejected ? 'The service is not available: its circuit breaker is open. Try again in a few moments.' : 'The service has failed to answer. Try again in a few moments.';
}
