import fc from 'fast-check';
import type { Ending } from './setups.ts';

/** One step of a schedule, as plain data. `which` picks one of those whose operations run. */
export type Command =
  | { readonly do: 'call'; readonly ending: Ending | null; readonly atOnce: boolean }
  | { readonly do: 'call with options'; readonly ending: Ending | null; readonly timeoutMs: number | null | undefined }
  | { readonly do: 'call synchronously'; readonly ending: Ending }
  | { readonly do: 'acquire' }
  | { readonly do: 'settle'; readonly which: number; readonly ending: Ending }
  | { readonly do: 'abort'; readonly which: number; readonly byDeadline: boolean }
  | { readonly do: 'record'; readonly ending: Ending; readonly durationMs: number | undefined }
  | { readonly do: 'advance'; readonly ms: number }
  | { readonly do: 'wait until ready'; readonly off: number }
  | { readonly do: 'freeze'; readonly ms: number }
  | { readonly do: 'step back'; readonly ms: number }
  | { readonly do: 'force'; readonly to: 'open' | 'closed' | null }
  | { readonly do: 'trip'; readonly forMs: number | undefined }
  | { readonly do: 'reset' }
  | { readonly do: 'read' };

const endings: fc.Arbitrary<Ending> = fc.oneof(
  { weight: 4, arbitrary: fc.constant('success' as const) },
  { weight: 5, arbitrary: fc.constant('failure' as const) },
  { weight: 1, arbitrary: fc.constantFrom('bad value' as const, 'ignored' as const, 'answered' as const) },
  { weight: 1, arbitrary: fc.record({ pauseMs: fc.constantFrom(1, 20, 50, 200) }) },
);

/** `null`: the operation hangs. */
const endingsOrHang = fc.oneof({ weight: 3, arbitrary: endings }, { weight: 2, arbitrary: fc.constant(null) });

const times = fc.constantFrom(0, 1, 4, 5, 6, 9, 10, 11, 20, 25, 50, 100);
const which = fc.nat(5);

/** Steps that offer, end or record calls. */
const calls: readonly fc.WeightedArbitrary<Command>[] = [
  { weight: 8, arbitrary: fc.record({ do: fc.constant('call' as const), ending: endingsOrHang,
    atOnce: fc.boolean() }) },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant('call with options' as const), ending: endingsOrHang,
      timeoutMs: fc.constantFrom(undefined, null, 4, 10, 15, 30) }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('call synchronously' as const), ending: endings }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('acquire' as const) }) },
  { weight: 8, arbitrary: fc.record({ do: fc.constant('settle' as const), which, ending: endings }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('abort' as const), which, byDeadline: fc.boolean() }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('record' as const), ending: endings,
    durationMs: fc.constantFrom(undefined, 0, 1, 5, 6, 30) }) },
];

/** Steps in which time passes, or seems to go back. */
const passing: readonly fc.WeightedArbitrary<Command>[] = [
  { weight: 5, arbitrary: fc.record({ do: fc.constant('advance' as const), ms: times }) },
  { weight: 8, arbitrary: fc.record({ do: fc.constant('wait until ready' as const),
    off: fc.constantFrom(-1, 0, 0, 0, 1) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('freeze' as const), ms: times }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('step back' as const), ms: times }) },
];

/** Steps of an operator. */
const orders: readonly fc.WeightedArbitrary<Command>[] = [
  { weight: 1, arbitrary: fc.record({ do: fc.constant('force' as const),
    to: fc.constantFrom('open' as const, 'closed' as const, null, null) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('trip' as const),
    forMs: fc.constantFrom(undefined, 1, 15, 60) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('reset' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('read' as const) }) },
];

/** Steps that are long enough to forgive openings. */
export const minutes: readonly fc.WeightedArbitrary<Command>[] = [
  { weight: 1, arbitrary: fc.record({ do: fc.constant('advance' as const),
    ms: fc.constantFrom(59_990, 60_000, 120_000) }) },
];

/** Schedules of at most so many steps, of the usual and of other ones. */
export function schedules(most: number, others: typeof calls = []): fc.Arbitrary<Command[]> {
  return fc.array(fc.oneof(...calls, ...passing, ...orders, ...others), { maxLength: most, size: 'max' });
}
