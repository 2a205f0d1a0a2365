// Use a breaker for each tenant, so that one bad tenant doesn't stop the others.
import { UnifiedCircuitBreakerManager } from 'unified-circuit-breaker';
import { http } from 'unified-circuit-breaker/profiles';
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
  profile: http(),
  failureThreshold: 2,
});

async function pay(payment: Payment): Promise<string> {
  const body = JSON.stringify(payment);
  const { status } = await payments
    .for(payment)
    .tryCall(({ signal }) => fetch(`${bank.url}/payments`, { method: 'POST', body, signal }));
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
