import { Agent, get } from 'node:http';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';

/** Answers `/answer` only while the other thread is blocked. When that goes on, the answers wait in its sockets. */
const SERVER = `
const { createServer } = require('node:http');
const { parentPort, workerData: { counts, connections } } = require('node:worker_threads');
const warming = [];
const answer = (response) => response.end('fine', () => {
  Atomics.add(counts, 1, 1);
  Atomics.notify(counts, 1);
});
const server = createServer(({ url }, response) => {
  if (url === '/answer') {
    const timer = setInterval(() => {
      if (Atomics.load(counts, 0) === 0) return;
      clearInterval(timer);
      answer(response);
    }, 5);
  } else if (url === '/warm' && warming.push(response) === connections) warming.splice(0).forEach(answer);
});
server.keepAliveTimeout = 0;
server.listen(0, '127.0.0.1', () => parentPort.postMessage(server.address().port));
`;

const LONGEST_WAIT_MS = 30_000;

/** An HTTP server in a thread of its own, and connections to it that are open already. */
export class AnsweringServer {
  readonly #connections: number;
  readonly #agent: Agent;
  /** Whether the tests' thread is blocked, and how many answers were written. */
  readonly #counts = new Int32Array(new SharedArrayBuffer(8));
  readonly #worker: Worker;
  #port = 0;

  constructor(connections: number) {
    this.#connections = connections;
    this.#agent = new Agent({ keepAlive: true, maxSockets: connections, maxFreeSockets: connections });
    this.#worker = new Worker(SERVER, { eval: true, workerData: { counts: this.#counts, connections } });
  }

  /** Opens the connections. */
  async start(): Promise<void> {
    this.#port = await new Promise<number>((resolve) => void this.#worker.once('message', resolve));
    await this.warm();
  }

  async warm(): Promise<void> {
    await Promise.all(Array.from({ length: this.#connections }, () => this.request('/warm')));
    while (Object.values(this.#agent.freeSockets).flat().length < this.#connections) await nextTurn();
  }

  request(path: '/answer' | '/warm'): Promise<string> {
    return new Promise((resolve, reject) => {
      const request = get({ agent: this.#agent, host: '127.0.0.1', port: this.#port, path }, (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (chunk: string) => void (text += chunk));
        response.on('end', () => resolve(text));
      });
      request.on('error', reject);
    });
  }

  /** Blocks this thread for at least `ms`, and until so many answers are in its sockets. */
  block(ms: number, answers: number): void {
    const start = performance.now();
    Atomics.store(this.#counts, 1, 0);
    Atomics.store(this.#counts, 0, 1);
    for (let seen = 0; seen < answers; seen = Atomics.load(this.#counts, 1)) {
      if (performance.now() - start > LONGEST_WAIT_MS) throw new Error(`Only ${seen} answers have come.`);
      Atomics.wait(this.#counts, 1, seen, 1_000);
    }
    Atomics.store(this.#counts, 0, 0);
    while (performance.now() - start < ms);
  }

  async stop(): Promise<void> {
    this.#agent.destroy();
    await this.#worker.terminate();
  }
}
