import { connect } from 'node:net';
import {
  Metadata,
  Server,
  ServerCredentials,
  type ServerUnaryCall,
  type ServerWritableStream,
  type ServiceDefinition,
  type ServiceError,
  makeGenericClientConstructor,
} from '@grpc/grpc-js';
import { type Loopback, startLoopback } from './loopback.ts';

export interface Asked {
  /** The status that the call ends with, 0 for a success. -1 hangs. */
  readonly code: number;
  /** How long the server asks the client to wait. */
  readonly pushbackMs?: number | undefined;
}

const serialize = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));
const deserialize = (bytes: Buffer): Asked => JSON.parse(bytes.toString()) as Asked;

function method(name: string, responseStream: boolean) {
  return {
    path: `/test.Echo/${name}`,
    requestStream: false,
    responseStream,
    requestSerialize: serialize,
    requestDeserialize: deserialize,
    responseSerialize: serialize,
    responseDeserialize: deserialize,
  };
}

const service = { ask: method('Ask', false), list: method('List', true) } satisfies ServiceDefinition;

export const EchoClient = makeGenericClientConstructor(service, 'Echo');

type Done = (error: Partial<ServiceError> | null, value?: Asked) => void;

export interface GrpcServer {
  readonly port: number;
  /** Ends the server. It cancels the calls that it has. */
  close(): void;
}

/** A unary method `ask` and a stream `list`, which sends two items before it ends as asked. */
export async function startGrpc(): Promise<GrpcServer> {
  const server = new Server();
  server.addService(service, {
    ask({ request }: ServerUnaryCall<Asked, Asked>, done: Done) {
      if (request.code === 0) done(null, request);
      else if (request.code > 0) done(statusOf(request));
    },
    list(call: ServerWritableStream<Asked, Asked>) {
      call.write(call.request);
      call.write(call.request);
      if (call.request.code === 0) call.end();
      else if (call.request.code > 0) call.emit('error', statusOf(call.request));
    },
  });
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) => {
      if (error === null) resolve(bound);
      else reject(error);
    });
  });
  return { port, close: () => server.forceShutdown() };
}

function statusOf({ code, pushbackMs }: Asked): Partial<ServiceError> {
  const metadata = new Metadata();
  if (pushbackMs !== undefined) metadata.set('grpc-retry-pushback-ms', String(pushbackMs));
  return { code, details: `status ${code} of the test`, metadata };
}

/** Passes connections on to `port`, and resets each one 50 ms after its first bytes. */
export function startResetting(port: number): Promise<Loopback> {
  return startLoopback((socket) => {
    const upstream = connect(port, '127.0.0.1').on('error', () => {});
    socket.pipe(upstream).pipe(socket);
    socket.once('data', () => setTimeout(() => socket.resetAndDestroy(), 50));
  });
}
