import { once } from 'node:events';
import type { AddressInfo, Socket, Server as TcpServer } from 'node:net';
import { type Connection, createServer } from 'mysql2';
import type { Loopback } from './loopback.ts';

/** `full`: turns each client away with error 1040. `silent`: never says hello. */
export type Greeting = 'full' | 'silent';

/** What the typings of mysql2 leave out of its own server. */
type Accepted = Connection & { readonly stream: Socket; close(): void };

const SQL_STATES: Readonly<Record<number, string>> = {
  1040: '08004',
  1053: '08S01',
  1062: '23000',
  1064: '42000',
  1146: '42S02',
  1203: '42000',
  1213: '40001',
  1317: '70100',
};

/**
 * Starts the server of mysql2 itself, on loopback. The text of a query says how it ends: `fail 1062` with that error,
 * `hang` never, `reset` with a TCP reset, `end` with a closed connection. Every other query is successful.
 */
export async function startMysql(greeting?: Greeting): Promise<Loopback> {
  const open = new Set<Accepted>();
  const server = createServer((connection) => {
    const accepted = connection as unknown as Accepted;
    open.add(accepted);
    accepted.on('error', () => {});
    serve(accepted, greeting);
  });
  const { _server: tcp } = server as unknown as { _server: TcpServer };
  tcp.listen(0, '127.0.0.1');
  await once(tcp, 'listening');
  return {
    port: (tcp.address() as AddressInfo).port,
    close: async () => {
      for (const { stream } of open) stream.destroy();
      tcp.close();
      await once(tcp, 'close');
    },
  };
}

function serve(connection: Accepted, greeting: Greeting | undefined): void {
  if (greeting === 'silent') return;
  if (greeting === 'full') {
    sendError(connection, 1040);
    connection.stream.end();
    return;
  }
  connection.serverHandshake({
    protocolVersion: 10,
    serverVersion: '8.4.0',
    connectionId: 1,
    statusFlags: 2,
    characterSet: 8,
    // Everything but TLS.
    capabilityFlags: 0xff_f7_ff,
    authCallback: (_credentials: unknown, proceed: (error: null) => void) => {
      proceed(null);
      connection.sequenceId = 0;
    },
  });
  connection.on('query', (sql: string) => {
    const number = Number(/fail (\d+)/.exec(sql)?.[1]);
    if (number > 0) sendError(connection, number);
    else if (/\breset\b/.test(sql)) connection.stream.resetAndDestroy();
    else if (/\bend\b/.test(sql)) connection.stream.end();
    else if (!/\bhang\b/.test(sql)) connection.writeOk();
    // Packets are counted from 0 for each command.
    connection.sequenceId = 0;
  });
}

/** `writeError` leaves the SQLSTATE blank, unlike a server. */
function sendError({ stream, sequenceId }: Accepted, number: number): void {
  const body = Buffer.from(`   #${SQL_STATES[number] ?? 'HY000'}said ${number}`);
  body.writeUInt8(0xff, 0);
  body.writeUInt16LE(number, 1);
  const header = Buffer.alloc(4);
  header.writeUIntLE(body.length, 0, 3);
  header.writeUInt8(sequenceId, 3);
  stream.write(Buffer.concat([header, body]));
}
