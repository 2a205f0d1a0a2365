import type { FailureEvent, FailureType } from './failure-event.ts';

const MINUTE_MS = 60_000;
const RECENT_MINUTES = 10;

/** The failures of one service and kind. */
export interface FailurePattern {
  /** The name of the service. */
  readonly serviceName: string;
  /** What kind of failures. */
  readonly failureType: FailureType;
  /** How many. */
  readonly count: number;
  /** The first of them. */
  readonly firstOccurrence: Date;
  /** The last of them. */
  readonly lastOccurrence: Date;
  /** How many a minute between the two; how many, when they came at once. */
  readonly frequencyPerMinute: number;
}

/** All failures in figures. */
export interface FailureSummary {
  /** How many are remembered. */
  readonly totalFailures: number;
  /** Services that had one. */
  readonly servicesAffected: number;
  /** How many of each kind. */
  readonly failureTypes: Readonly<Record<string, number>>;
  /** How many of each severity. */
  readonly severityBreakdown: Readonly<Record<string, number>>;
  /** How many a minute in the last 10 minutes. */
  readonly recentFailuresPerMinute: number;
}

function grouped(events: readonly FailureEvent[], keyOf: (event: FailureEvent) => string): Map<string, FailureEvent[]> {
  const groups = new Map<string, FailureEvent[]>();
  for (const event of events) {
    const group = groups.get(keyOf(event));
    if (group === undefined) groups.set(keyOf(event), [event]);
    else group.push(event);
  }
  return groups;
}

const sizes = (groups: ReadonlyMap<string, readonly FailureEvent[]>): Record<string, number> => Object.fromEntries([...groups].map(([key, events]) => [key, events.length]));

/** The failures by service and kind. */
export function patternsOf(events: readonly FailureEvent[]): FailurePattern[] {
  return [...grouped(events, ({ serviceName, failureType }) => JSON.stringify([serviceName, failureType])).values()].map((group) => {
    const { serviceName, failureType } = group[0] as FailureEvent;
    const moments = group.map(({ timestamp }) => timestamp.getTime());
    const [first, last] = [Math.min(...moments), Math.max(...moments)];
    const count = group.length;
    const frequencyPerMinute = last > first ? count / ((last - first) / MINUTE_MS) : count;
    return { serviceName, failureType, count, firstOccurrence: new Date(first), lastOccurrence: new Date(last), frequencyPerMinute };
  });
}

/** All failures in figures; `now` is in milliseconds since the Unix epoch. */
export function summaryOf(events: readonly FailureEvent[], now: number): FailureSummary {
  const recent = events.filter(({ timestamp }) => now - timestamp.getTime() <= RECENT_MINUTES * MINUTE_MS);
  return {
    totalFailures: events.length,
    servicesAffected: new Set(events.map(({ serviceName }) => serviceName)).size,
    failureTypes: sizes(grouped(events, ({ failureType }) => failureType)),
    severityBreakdown: sizes(grouped(events, ({ severity }) => severity)),
    recentFailuresPerMinute: recent.length / RECENT_MINUTES,
  };
}
