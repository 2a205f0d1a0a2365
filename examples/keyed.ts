// Use a breaker for each tenant, so that one bad tenant doesn't stop the others.
import { UnifiedCircuitBreakerManager } from 'unified-circuit-breaker';
import { startService } from './support/service.ts';

interface Payment {
  readonly tenant: string;
  readonly amount: number;
}

const bank = await startService();
const manager = new UnifiedCircuitBreakerManager();
const payments = manager.keyed<Payment>('payments', {
  by: ({ tenant }) => tenant,
  maxKeys: 1_000,
  failureThreshold: 2,
});

async function pay(payment: Payment): Promise<string> {
  const { status } = await payments.for(payment).tryCall(async ({ signal }) => {
    const body = JSON.stringify(payment);
    const response = await fetch(`${bank.url}/payments`, { method: 'POST', body, signal });
    if (!response.ok) throw new Error(`The bank responded with ${response.status}`);
  });
  return status;
}

bank.status = 500;
for (let amount = 1; amount <= 3; amount += 1) console.log(await pay({ tenant: 'broken', amount }));
//=> failure
//=> failure
//=> rejected

bank.status = 200;
console.log(await pay({ tenant: 'acme', amount: 4 })); //=> success
console.log(payments.size, payments.getHealthSummary().conditions.open); //=> 2 1
