import { Timeline } from '../../src/core/clock.ts';
import type { Clock } from '../../src/core/clock.ts';
import { FakeClock } from '../../src/testing/index.ts';

/** A timeline over a clock with these faults, and what it reported. */
export function timelineOver(faults: Partial<Record<keyof Clock, (...args: never[]) => unknown>>): { timeline: Timeline; reports: unknown[] } {
  const reports: unknown[] = [];
  const clock = { now: () => 0, wall: () => 0, after: () => new FakeClock().after(1, () => {}), ...faults } as unknown as Clock;
  return { timeline: new Timeline(clock, (error) => void reports.push(error)), reports };
}
