import type { Socket } from 'node:net';
import { deserialize, type Document, Long, serialize } from 'bson';
import { type Loopback, startLoopback } from './loopback.ts';

const OP_REPLY = 1;
const OP_QUERY = 2004;
const OP_MSG = 2013;
const OVERLOADED = 462;

const CODE_NAMES: Readonly<Record<number, string>> = {
  2: 'BadValue',
  50: 'MaxTimeMSExpired',
  59: 'CommandNotFound',
  91: 'ShutdownInProgress',
  112: 'WriteConflict',
  189: 'PrimarySteppedDown',
  [OVERLOADED]: 'IngressRequestRateLimitExceeded',
  10_107: 'NotWritablePrimary',
  11_600: 'InterruptedAtShutdown',
  13_435: 'NotPrimaryNoSecondaryOk',
};

/**
 * Starts a loopback server that speaks the MongoDB wire protocol. The `comment` of a command says how it ends:
 * `fail 189` with an error of that code, `write 11000` with a write error, `hang` never, `reset` with a TCP reset.
 * Every other command is successful and finds nothing.
 */
export function startMongo(): Promise<Loopback> {
  return startLoopback(serve);
}

function serve(socket: Socket): void {
  let received = Buffer.alloc(0);
  socket.on('data', (chunk: Buffer) => {
    received = Buffer.concat([received, chunk]);
    while (received.length >= 4 && received.length >= received.readInt32LE(0)) {
      const end = received.readInt32LE(0);
      answer(socket, received.subarray(0, end));
      received = received.subarray(end);
    }
  });
}

function answer(socket: Socket, request: Buffer): void {
  const id = request.readInt32LE(4);
  if (request.readInt32LE(12) === OP_QUERY) {
    // The first hello of a connection comes in the form of older servers.
    const header = Buffer.alloc(20);
    header.writeInt32LE(1, 16);
    socket.write(message(OP_REPLY, id, Buffer.concat([header, serialize(hello())])));
    return;
  }
  // Four bytes of flags and the kind of the first section come before the command.
  const command = deserialize(request.subarray(21, 21 + request.readInt32LE(21)));
  const comment = String(command['comment'] ?? '');
  if (comment === 'hang') return;
  if (comment === 'reset') return void socket.resetAndDestroy();
  socket.write(message(OP_MSG, id, Buffer.concat([Buffer.alloc(5), serialize(replyTo(command, comment))])));
}

function replyTo(command: Document, comment: string): Document {
  const [, kind, digits] = /(fail|write) (\d+)/.exec(comment) ?? [];
  const code = Number(digits);
  const errmsg = `said ${code}`;
  if (kind === 'fail') {
    const errorLabels = code === OVERLOADED ? ['SystemOverloadedError', 'RetryableError'] : [];
    return { ok: 0, code, errmsg, codeName: CODE_NAMES[code] ?? `Location${code}`, errorLabels };
  }
  if (kind === 'write') return { ok: 1, n: 0, writeErrors: [{ index: 0, code, errmsg }] };
  if ('hello' in command || 'ismaster' in command) return hello();
  if ('find' in command) return { ok: 1, cursor: { id: Long.ZERO, ns: 'shop.orders', firstBatch: [] } };
  return { ok: 1, n: 1 };
}

function hello(): Document {
  return {
    ok: 1,
    helloOk: true,
    isWritablePrimary: true,
    ismaster: true,
    maxBsonObjectSize: 16_777_216,
    maxMessageSizeBytes: 48_000_000,
    maxWriteBatchSize: 100_000,
    logicalSessionTimeoutMinutes: 30,
    minWireVersion: 0,
    maxWireVersion: 25,
  };
}

function message(operation: number, responseTo: number, body: Buffer): Buffer {
  const header = Buffer.alloc(16);
  header.writeInt32LE(16 + body.length, 0);
  header.writeInt32LE(responseTo, 8);
  header.writeInt32LE(operation, 12);
  return Buffer.concat([header, body]);
}
