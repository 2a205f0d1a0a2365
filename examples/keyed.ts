// A breaker for each tenant, host or model: bounded, without timers, and one bad tenant does not stop the others.
import { UnifiedCircuitBreakerManager } from 'unified-circuit-breaker';

interface Payment {
  readonly tenant: string;
  readonly amount: number;
}

const manager = new UnifiedCircuitBreakerManager();
const payments = manager.keyed<Payment>('payments', { by: ({ tenant }) => tenant, maxKeys: 1_000, failureThreshold: 2 });

async function pay({ tenant, amount }: Payment): Promise<string> {
  if (tenant === 'broken') throw new Error('the bank of this tenant does not answer');
  return `${tenant} paid ${amount}`;
}

for (const payment of [{ tenant: 'broken', amount: 1 }, { tenant: 'broken', amount: 2 }, { tenant: 'broken', amount: 3 }, { tenant: 'acme', amount: 4 }]) {
  const settled = await payments.for(payment).tryCall(() => pay(payment));
  console.log(payment.tenant, settled.status, 'value' in settled ? settled.value : settled.error instanceof Error && settled.error.message.slice(0, 38));
}
//=> broken failure the bank of this tenant does not answe
//=> broken failure the bank of this tenant does not answe
//=> broken rejected Circuit "payments:broken" is open; ret
//=> acme success acme paid 4

console.log(payments.size, payments.getHealthSummary().conditions.open); //=> 2 1
