import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { ClientName, Fault, FaultOrder, UpstreamReport } from './fault.ts';

const program = fileURLToPath(new URL('./upstream.ts', import.meta.url));
const patienceMs = 20_000;

/** Starts the upstream process, gives it faults, kills it, and starts it again on the same port. */
export class UpstreamProcess {
  /** Requests that arrived while it was hanging, counted by the upstream itself. */
  readonly hung: Record<ClientName, number> = { bare: 0, protected: 0 };
  #child: ChildProcess | undefined;
  #endedByItself = false;
  #port = 0;

  get url(): string {
    return `http://127.0.0.1:${this.#port}/orders/42`;
  }

  /** Starts the process that the fault needs, if there is none, because that takes time. It doesn't listen yet. */
  async prepare(fault: Fault): Promise<void> {
    if (this.#endedByItself) throw new Error('The upstream process ended by itself');
    if (fault === 'killed' || this.#child !== undefined) return;
    const child = fork(program, [String(this.#port)], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
    this.#child = child;
    child.on('message', (report: UpstreamReport) => {
      if (report.kind === 'hung') this.hung[report.client] += 1;
    });
    child.on('exit', () => {
      if (this.#child === child) this.#endedByItself = true;
    });
    await reportOf(child, 'ready');
  }

  /** Applies the fault. Resolves when the process has confirmed it. `slowAnswerMs` is for `slow`. */
  async apply(fault: Fault, slowAnswerMs = 0): Promise<void> {
    const child = this.#child;
    if (child === undefined) return;
    if (fault === 'killed') {
      const ended = once(child, 'exit');
      this.stop();
      await ended;
      return;
    }
    const applied = reportOf(child, 'applied');
    child.send({ fault, slowAnswerMs } satisfies FaultOrder);
    this.#port = (await applied).port;
  }

  /** Ends the process immediately. Safe at any time, also twice. */
  stop(): void {
    this.#child?.kill('SIGKILL');
    this.#child = undefined;
  }
}

/** The next report of one kind. Rejects if the process ends first or takes too long. */
function reportOf<Kind extends UpstreamReport['kind']>(
  child: ChildProcess,
  kind: Kind,
): Promise<Extract<UpstreamReport, { kind: Kind }>> {
  return new Promise((resolve, reject) => {
    const settle = (act: () => void): void => {
      clearTimeout(timer);
      child.off('message', onMessage).off('exit', onExit);
      act();
    };
    const onMessage = (report: UpstreamReport): void => {
      if (report.kind === kind) settle(() => resolve(report as Extract<UpstreamReport, { kind: Kind }>));
    };
    const onExit = (code: number | null, signal: string | null): void =>
      settle(() => reject(new Error(`The upstream process ended by itself (${signal ?? code}) before it was ${kind}`)));
    const timer = setTimeout(
      () => settle(() => reject(new Error(`The upstream process was not ${kind} within ${patienceMs / 1_000} s`))),
      patienceMs,
    );
    child.on('message', onMessage).on('exit', onExit);
  });
}
