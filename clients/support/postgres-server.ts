import type { Socket } from 'node:net';
import { type Loopback, startLoopback } from './loopback.ts';

interface Session {
  /** The SQL text of each prepared statement, by its name. */
  readonly statements: Map<string, string>;
  /** The SQL text and the parameters of the portal that runs next. */
  bound: string;
  /** After an error the server skips what was sent before the next Sync. A server that hangs skips that, too. */
  skipping: 'nothing' | 'to sync' | 'everything';
}

const SSL_REQUEST = 80_877_103;
const HANG = /\bhang\b/;

/**
 * Starts a loopback server that speaks the PostgreSQL protocol. The text of a statement, or one of its parameters,
 * says how the statement ends: `fail 23505` with an error of that SQLSTATE, `hang` never, `reset` with a TCP reset,
 * `end` with a closed connection. Every other statement is successful and has no rows. The name of the database does
 * the same when a client connects, such as `fail_53300`.
 */
export function startPostgres(): Promise<Loopback> {
  return startLoopback(serve);
}

function serve(socket: Socket): void {
  const session: Session = { statements: new Map(), bound: '', skipping: 'nothing' };
  let received = Buffer.alloc(0);
  let started = false;
  socket.on('data', (chunk: Buffer) => {
    received = Buffer.concat([received, chunk]);
    for (;;) {
      // The first message has no type byte. Every length includes its own four bytes.
      const start = started ? 1 : 0;
      if (received.length < start + 4) return;
      const end = start + received.readInt32BE(start);
      if (received.length < end) return;
      const type = String.fromCharCode(received[0] ?? 0);
      const body = received.subarray(start + 4, end);
      received = received.subarray(end);
      if (started) answer(socket, session, type, body);
      else if (body.readInt32BE(0) === SSL_REQUEST) socket.write('N');
      else {
        started = true;
        startUp(socket, body.toString('utf8', 4));
      }
    }
  });
}

function startUp(socket: Socket, settings: string): void {
  const database = /\0?database\0([^\0]*)/.exec(settings)?.[1] ?? '';
  if (misbehaves(socket, database.replace('_', ' '), 'FATAL')) return;
  socket.write(
    Buffer.concat([
      message('R', int32(0)),
      message('S', text('server_version'), text('16.4')),
      message('S', text('client_encoding'), text('UTF8')),
      message('S', text('standard_conforming_strings'), text('on')),
      message('K', int32(process.pid), int32(1)),
      message('Z', Buffer.from('I')),
    ]),
  );
}

function answer(socket: Socket, session: Session, type: string, body: Buffer): void {
  if (type === 'X') return void socket.end();
  if (session.skipping === 'everything') return;
  if (type === 'S') {
    session.skipping = 'nothing';
    return void socket.write(message('Z', Buffer.from('I')));
  }
  if (session.skipping === 'to sync') return;
  const [first = '', second = ''] = body.toString('utf8').split('\0');
  switch (type) {
    case 'Q':
      if (misbehaves(socket, first)) return;
      socket.write(Buffer.concat([result(first), message('Z', Buffer.from('I'))]));
      return;
    case 'P':
      session.statements.set(first, second);
      socket.write(message('1'));
      return;
    case 'B':
      session.bound = `${session.statements.get(second)}\0${body.toString('utf8')}`;
      socket.write(message('2'));
      return;
    case 'D':
      socket.write(first.startsWith('S') ? Buffer.concat([message('t', int16(0)), message('n')]) : message('n'));
      return;
    case 'E':
      if (misbehaves(socket, session.bound, 'ERROR', true)) {
        session.skipping = HANG.test(session.bound) ? 'everything' : 'to sync';
      } else socket.write(result(session.bound));
      return;
    case 'C':
      socket.write(message('3'));
  }
}

/** Fails, hangs or resets if the text says so. */
function misbehaves(socket: Socket, says: string, severity = 'ERROR', extended = false): boolean {
  const sqlState = /fail (\w{5})/.exec(says)?.[1];
  if (sqlState !== undefined) {
    // A server that shuts down ends the session with its last error.
    const fatal = severity === 'FATAL' || sqlState.startsWith('57P');
    const fields = [`S${fatal ? 'FATAL' : severity}`, `C${sqlState}`, `Msaid ${sqlState}`, 'Ddetail', ''];
    socket.write(message('E', ...fields.map(text)));
    if (fatal) socket.end();
    else if (!extended) socket.write(message('Z', Buffer.from('I')));
  } else if (/\breset\b/.test(says)) socket.resetAndDestroy();
  else if (/\bend\b/.test(says)) socket.end();
  else return HANG.test(says);
  return true;
}

/** Clients ask for the version and the schema when they connect, and wait for a row. All else has no rows. */
function result(sql: string): Buffer {
  const asked = /server_version|version|current_schema|current_database/i.exec(sql)?.[0].toLowerCase();
  if (asked === undefined) return message('C', text(`${/\w+/.exec(sql)?.[0].toUpperCase()} 0`));
  const column = Buffer.concat([text(asked), int32(0), int16(0), int32(25), int16(-1), int32(-1), int16(0)]);
  const value = Buffer.from('PostgreSQL 16.4');
  return Buffer.concat([
    message('T', int16(1), column),
    message('D', int16(1), int32(value.length), value),
    message('C', text('SELECT 1')),
  ]);
}

function message(type: string, ...parts: Buffer[]): Buffer {
  const body = Buffer.concat(parts);
  return Buffer.concat([Buffer.from(type), int32(body.length + 4), body]);
}

function text(value: string): Buffer {
  return Buffer.from(`${value}\0`);
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}

function int16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeInt16BE(value);
  return bytes;
}
