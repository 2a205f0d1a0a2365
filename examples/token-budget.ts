// Keep a budget of tokens around a breaker. The budget throws before the call, so the breaker counts nothing.
import { UnifiedCircuitBreaker } from 'unified-circuit-breaker';
import { llm } from 'unified-circuit-breaker/profiles';
import { startService } from './support/service.ts';

class TokenBudget {
  #used = 0;
  readonly #perMinute: number;

  constructor(perMinute: number) {
    this.#perMinute = perMinute;
    setInterval(() => {
      this.#used = 0;
    }, 60_000).unref();
  }

  take(tokens: number): void {
    const used = this.#used + tokens;
    if (used > this.#perMinute) throw new RangeError(`Over budget: ${used} of ${this.#perMinute} tokens`);
    this.#used = used;
  }
}

const { url } = await startService();
const budget = new TokenBudget(1_000);
const breaker = new UnifiedCircuitBreaker({ name: 'llm', profile: llm() });

async function ask(question: string, tokens: number): Promise<string> {
  budget.take(tokens);
  return breaker.call(async ({ signal }) => {
    const response = await fetch(`${url}/completions`, { method: 'POST', body: question, signal });
    if (!response.ok) throw new Error(`The model responded with ${response.status}`, { cause: response });
    return response.text();
  });
}

console.log(await ask('What is a circuit breaker?', 600)); //=> /completions
console.log(await ask('And a fuse?', 600).catch(String)); //=> RangeError: Over budget: 1200 of 1000 tokens
console.log(breaker.getMetrics().totalCalls); //=> 1
