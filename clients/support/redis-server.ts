import type { Socket } from 'node:net';
import { type Loopback, startLoopback } from './loopback.ts';

/** A key of one of these names makes its command fail with this reply. */
const ERRORS = {
  WRONGTYPE: 'WRONGTYPE Operation against a key holding the wrong kind of value',
  NOAUTH: 'NOAUTH Authentication required.',
  WRONGPASS: 'WRONGPASS invalid username-password pair or user is disabled.',
  NOPERM: "NOPERM this user has no permissions to run the 'get' command",
  BUSYGROUP: 'BUSYGROUP Consumer Group name already exists',
  BUSYKEY: 'BUSYKEY Target key name already exists.',
  LOADING: 'LOADING Redis is loading the dataset in memory',
  READONLY: "READONLY You can't write against a read only replica.",
  OOM: "OOM command not allowed when used memory > 'maxmemory'.",
  BUSY: 'BUSY Redis is busy running a script. You can only call SCRIPT KILL or SHUTDOWN NOSAVE.',
  CLUSTERDOWN: 'CLUSTERDOWN The cluster is down',
  MASTERDOWN: "MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'.",
  TRYAGAIN: 'TRYAGAIN Multiple keys request during rehashing of slot',
  MISCONF: 'MISCONF Redis is configured to save RDB snapshots, but is currently unable to persist to disk.',
  NOREPLICAS: 'NOREPLICAS Not enough good replicas to write.',
  'late OOM': "OOM command not allowed when used memory > 'maxmemory'. script: unknown",
} as const;

const KNOWN = new Set(['CLIENT', 'EVALSHA', 'GET', 'INFO', 'SELECT', 'SET']);
const INFO = 'redis_version:7.4.0\r\nloading:0\r\nrole:master\r\n';

export interface RedisOptions {
  /** Whether the server has no room for another connection. */
  readonly full?: boolean;
}

/** Speaks as much of the Redis protocol as both clients need. The keys `hang` and `reset` do what they say. */
export function startRedis({ full = false }: RedisOptions = {}): Promise<Loopback> {
  return startLoopback((socket) => {
    if (full) {
      socket.end('-ERR max number of clients reached\r\n');
      return;
    }
    let rest = '';
    const connection = new Connection(socket);
    socket.setEncoding('utf8').on('data', (chunk) => {
      const { commands, left } = parse(rest + String(chunk));
      rest = left;
      for (const command of commands) connection.run(command);
    });
  });
}

class Connection {
  readonly #socket: Socket;
  /** The replies of the transaction that `MULTI` began. */
  #queued: string[] | undefined;
  /** How the transaction ends, if not with its replies. */
  #end: string | undefined;
  #hangs = false;

  constructor(socket: Socket) {
    this.#socket = socket;
  }

  run(command: readonly string[]): void {
    if (command.includes('reset')) this.#socket.resetAndDestroy();
    this.#hangs ||= command.includes('hang');
    // Replies come in order, so nothing is answered after a command that hangs.
    if (!this.#hangs && !this.#socket.destroyed) this.#socket.write(this.#answer(command));
  }

  #answer(command: readonly string[]): string {
    const name = command[0]?.toUpperCase() ?? '';
    if (name === 'MULTI') {
      this.#queued = [];
      this.#end = undefined;
      return '+OK\r\n';
    }
    if (name === 'EXEC') {
      const replies = this.#queued ?? [];
      this.#queued = undefined;
      return this.#end ?? `*${replies.length}\r\n${replies.join('')}`;
    }
    const reply = replyTo(name, command);
    if (this.#queued === undefined) return reply;
    // A key that was watched has changed.
    if (command.includes('changed')) this.#end ??= '*-1\r\n';
    // Errors that depend on the value come when the transaction runs. Others come when the command is queued.
    if (!reply.startsWith('-') || command.some((part) => ['WRONGTYPE', 'late OOM'].includes(part))) {
      this.#queued.push(reply);
      return '+QUEUED\r\n';
    }
    this.#end = '-EXECABORT Transaction discarded because of previous errors.\r\n';
    return reply;
  }
}

function replyTo(name: string, command: readonly string[]): string {
  if (name === 'HELLO') return command[1] === '3' ? '%1\r\n+proto\r\n:3\r\n' : '*2\r\n+proto\r\n:2\r\n';
  if (name === 'INFO') return `$${INFO.length}\r\n${INFO}\r\n`;
  if (!KNOWN.has(name)) return `-ERR unknown command '${command[0]}', with args beginning with: \r\n`;
  if (name === 'GET' && command.length !== 2) return "-ERR wrong number of arguments for 'get' command\r\n";
  const error = Object.entries(ERRORS).find(([key]) => command.includes(key));
  if (error !== undefined) return `-${error[1]}\r\n`;
  return name === 'EVALSHA' ? '-NOSCRIPT No matching script. Please use EVAL.\r\n' : '+OK\r\n';
}

/** Splits what has arrived into complete commands, and the rest. */
function parse(text: string): { readonly commands: readonly string[][]; readonly left: string } {
  const commands: string[][] = [];
  for (let left = text; ; ) {
    const count = Number(/^\*(\d+)\r\n/.exec(left)?.[1] ?? Number.NaN);
    const match = new RegExp(`^\\*${count}\\r\\n((?:\\$\\d+\\r\\n[^\\r]*\\r\\n){${count}})`).exec(left);
    if (Number.isNaN(count) || match === null) return { commands, left };
    commands.push([...(match[1] ?? '').matchAll(/\$\d+\r\n([^\r]*)\r\n/g)].map((part) => part[1] ?? ''));
    left = left.slice(match[0].length);
  }
}
