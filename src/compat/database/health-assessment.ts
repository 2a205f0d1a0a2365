import { warnOfLegacyName } from '../deprecation.ts';

/** How the connection itself is. */
export interface ConnectionStatus {
  /** `healthy`, or anything else. */
  readonly status: string;
}

/** What is read of the status of a circuit: the text of a legacy one, or the object of `UnifiedCircuitBreaker.getStatus()`. */
export interface AssessedCircuit {
  /** Default: `unknown`. */
  readonly health?: string | { readonly status: string } | undefined;
}

/** The statuses of circuits by their names. */
export type AssessedCircuits = Readonly<Record<string, AssessedCircuit>>;

/** How the circuits are, in one word. */
export type CircuitHealth = 'healthy' | 'recovering' | 'degraded';

/** How the database is, in one word. */
export type DatabaseHealth = CircuitHealth | 'unhealthy';

/** The answer of a health check. */
export interface DatabaseHealthResponse {
  /** As it was given. */
  readonly connection: ConnectionStatus;
  /** As they were given. */
  readonly circuits: AssessedCircuits;
  /** Both in one word. */
  readonly overallHealth: DatabaseHealth;
}

function told(): void {
  warnOfLegacyName('database', 'HealthAssessment', 'getUnifiedCircuitBreakerManager().getHealthSummary()');
}

/** A half-open circuit is `degraded` in the words of this library, and was `recovering`. */
function textOf(circuit: AssessedCircuit): string {
  const health = circuit?.health ?? 'unknown';
  if (typeof health === 'string') return health;
  return health.status === 'degraded' ? 'recovering' : health.status;
}

const statesOf = (circuits: AssessedCircuits): string[] => Object.values(circuits).map(textOf);

function evaluated(states: readonly string[]): CircuitHealth {
  if (states.includes('unhealthy')) return 'degraded';
  return states.includes('recovering') ? 'recovering' : 'healthy';
}

const assessed = (connection: ConnectionStatus, circuits: AssessedCircuits): DatabaseHealth =>
  connection.status === 'healthy' ? evaluated(statesOf(circuits)) : 'unhealthy';

/** The health of a database from its connection and its circuits. @deprecated Use `getUnifiedCircuitBreakerManager().getHealthSummary()`. */
export const HealthAssessment = {
  /** The health of each circuit as text. */
  getCircuitHealthStates(circuits: AssessedCircuits): string[] {
    told();
    return statesOf(circuits);
  },
  /** `degraded` when one is unhealthy, else `recovering` when one is that, else `healthy`. */
  evaluateCircuitHealth(states: readonly string[]): CircuitHealth {
    told();
    return evaluated(states);
  },
  /** `unhealthy` when the connection is not healthy, else what the circuits say. */
  assessOverallHealth(connection: ConnectionStatus, circuits: AssessedCircuits): DatabaseHealth {
    told();
    return assessed(connection, circuits);
  },
  /** Both, and the word for them. */
  buildHealthResponse(connection: ConnectionStatus, circuits: AssessedCircuits): DatabaseHealthResponse {
    told();
    return { connection, circuits, overallHealth: assessed(connection, circuits) };
  },
} as const;
