import type { Policy } from './policy.ts';
import { seeded } from './random.ts';
import { Record } from './record.ts';
import type { Figures } from './record.ts';
import type { Scenario } from './scenario.ts';
import { installGlobally, VirtualTime } from './virtual-time.ts';

/** From a failed attempt to the next. */
const RETRY_MS = 20;
/** What still runs at the end may settle. */
const TAIL_MS = 2_000;

/** Runs one policy through one scenario. Policies with the same seed meet the same arrivals. */
export async function simulate(scenario: Scenario, policy: Policy, seed: number): Promise<Figures> {
  const time = new VirtualTime();
  const uninstall = installGlobally(time);
  const arrivals = seeded(seed);
  const fault = scenario.fault(arrivals);
  const dependency = scenario.dependency(time, seeded(seed + 1_000_003), fault);
  const clients = Array.from({ length: scenario.instances }, (_, instance) =>
    policy.create(time, seeded(seed + 7_919 * (instance + 2)), () => dependency.healthy()),
  );
  const record = new Record(fault, scenario.instances);

  const serve = async (startedAt: number, instance: number, key: number): Promise<void> => {
    const client = clients[instance] as (typeof clients)[number];
    for (let attempt = 0; ; attempt += 1) {
      const at = time.now();
      const ended = await client.attempt(key, () => {
        record.request(time.now());
        return dependency.request(key);
      });
      record.attempt(instance, at, time.now(), ended, client.opened());
      if (ended !== 'failed' || attempt === scenario.retries) return record.user(startedAt, ended === 'ok');
      await new Promise<void>((resolve) => void time.after(RETRY_MS, resolve));
    }
  };
  const arrive = (): void => {
    const now = time.now();
    if (now >= scenario.durationMs) return;
    void serve(now, Math.floor(arrivals() * scenario.instances), Math.floor(arrivals() * scenario.keys));
    time.after((-Math.log(1 - arrivals()) * 1_000) / scenario.rps(now), arrive);
  };
  arrive();
  try {
    await time.runUntil(scenario.durationMs + TAIL_MS);
    return record.figures(
      clients.reduce((sum, client) => sum + client.opened(), 0),
      scenario.capacityRps,
    );
  } finally {
    for (const client of clients) client.dispose();
    uninstall();
  }
}
