import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { UnifiedCircuitBreaker } from '../../src/index.ts';
import { type Profile, verdictOf } from '../../src/profiles/index.ts';

/** What can happen to a call, in the order of the columns of docs/clients.md. */
const SITUATIONS = {
  'request error': 'ignored',
  'server error': 'failure',
  overload: 'failure',
  'wait 2 s': 'failure, wait heard',
  refused: 'failure',
  reset: 'failure',
  hang: 'timeout',
  'own timeout': 'failure',
  abort: 'ignored',
} as const;

type Situation = keyof typeof SITUATIONS;

/** Makes one call. Passes the signal on if the client takes one. */
export type Provoke = (signal: AbortSignal) => unknown;

export interface Client {
  /** The name and version as docs/clients.md shows them, such as `axios 1.13`. */
  readonly name: string;
  /** Names the profile, as in the docs: `http()`. */
  readonly profileName: string;
  readonly profile: Profile;
  /**
   * What to call in each situation: one call, or one for each variant, such as the forms of Retry-After.
   * `abort`: gets a signal that the caller aborts 50 ms after the call began. `hang`: ends by the breaker's timeout.
   */
  readonly situations: { readonly [Name in Situation]?: Provoke | Readonly<Record<string, Provoke>> };
  /** Where a situation can't be had, or ends otherwise than others do: why, in a few words. */
  readonly notes?: { readonly [Name in Situation]?: string };
  /** A situation that rightly ends otherwise than for other clients. `notes` says why. */
  readonly expected?: { readonly [Name in Situation]?: string };
}

const DOCS = fileURLToPath(new URL('../../docs/clients.md', import.meta.url));
/** A wait that the server asks for is 2 s. A date has no milliseconds, and the answer takes some. */
const ASKED = [900, 3_100] as const;

/** Tests a client in each situation, and its row of the table in docs/clients.md. `UPDATE=1` writes the row. */
export function describeClient(client: Client): void {
  describe(`${client.name}`, () => {
    const outcomes = new Map<Situation, Set<string>>();

    const missing = (Object.keys(SITUATIONS) as Situation[]).filter((each) => client.situations[each] === undefined);
    it.each(missing)('says why it has no %s', (situation) => {
      expect(client.notes?.[situation]).toBeTypeOf('string');
    });

    for (const [situation, usual] of Object.entries(SITUATIONS) as [Situation, string][]) {
      const given = client.situations[situation];
      const variants = typeof given === 'function' ? { '': given } : (given ?? {});
      it.each(Object.entries(variants))(`${situation} %s`, async (_variant, provoke) => {
        const outcome = await outcomeOf(client.profile, situation, provoke);
        outcomes.set(situation, (outcomes.get(situation) ?? new Set()).add(outcome));

        expect(outcome).toBe(client.expected?.[situation] ?? usual);
      });
    }

    const failing = client.situations['server error'];
    it.runIf(failing !== undefined)('opens the circuit when every call ends in a server error', async () => {
      const breaker = new UnifiedCircuitBreaker({ name: client.name, profile: client.profile });
      const provoke = typeof failing === 'function' ? failing : (Object.values(failing ?? {})[0] as Provoke);

      for (let call = 0; call < 50 && breaker.state === 'closed'; call += 1) {
        await breaker.call(({ signal }) => provoke(signal)).catch(() => {});
      }

      expect(breaker.state).toBe('open');
      breaker.dispose();
    });

    it('has its row in docs/clients.md', () => {
      const row = rowOf(client, outcomes);
      if (process.env['UPDATE'] === '1') writeRow(client.name, row);

      expect(existsSync(DOCS) ? readFileSync(DOCS, 'utf8').split('\n') : []).toContain(row);
    });

    afterAll(() => outcomes.clear());
  });
}

async function outcomeOf(profile: Profile, situation: Situation, provoke: Provoke): Promise<string> {
  const breaker = new UnifiedCircuitBreaker({ name: 'client', profile, timeoutMs: situation === 'hang' ? 300 : 20_000 });
  const caller = new AbortController();
  if (situation === 'abort') setTimeout(() => caller.abort(), 50);
  const signal = situation === 'abort' ? caller.signal : undefined;
  let asked: number | undefined;
  const { status, error } = await breaker.tryCall(
    async (context) => {
      try {
        const value = await provoke(context.signal);
        asked = waitOf(profile, { status: 'success', value });
        return value;
      } catch (thrown) {
        asked = waitOf(profile, { status: 'failure', error: thrown });
        throw thrown;
      }
    },
    { signal },
  );
  const { timeouts } = breaker.getMetrics();
  breaker.dispose();
  if (timeouts > 0) return status === 'failure' ? 'timeout' : `timeout, ${status}`;
  if (situation === 'abort' && status === 'failure') throw error;
  const heard = asked !== undefined && asked >= ASKED[0] && asked <= ASKED[1];
  return heard ? `${status}, wait heard` : status;
}

function waitOf(profile: Profile, result: Parameters<typeof verdictOf>[0]): number | undefined {
  const verdict = verdictOf(result, profile);
  return typeof verdict === 'string' ? undefined : verdict.retryAfterMs;
}

/** `✓`: as for every client. Otherwise how it ends, with its note. */
function rowOf({ name, profileName, notes }: Client, outcomes: Map<Situation, Set<string>>): string {
  const cells = (Object.keys(SITUATIONS) as Situation[]).map((situation) => {
    const note = notes?.[situation];
    if (!outcomes.has(situation)) return `– ${note}`;
    const seen = [...(outcomes.get(situation) ?? [])].join(' or ');
    const cell = seen === SITUATIONS[situation] ? '✓' : seen;
    return note === undefined ? cell : `${cell} (${note})`;
  });
  return `| ${[name, `\`${profileName}\``, ...cells].join(' | ')} |`;
}

function writeRow(name: string, row: string): void {
  const lines = readFileSync(DOCS, 'utf8').split('\n');
  const place = lines.findIndex((line) => line.startsWith(`| ${name} |`));
  const end = lines.findLastIndex((line) => line.startsWith('|'));
  if (place >= 0) lines[place] = row;
  else lines.splice(end + 1, 0, row);
  writeFileSync(DOCS, lines.join('\n'));
}
