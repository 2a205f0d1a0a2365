import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';

export interface Loopback {
  readonly port: number;
  close(): Promise<void>;
}

/** Starts a TCP server on loopback. `close()` also ends the connections that are open. */
export async function startLoopback(serve: (socket: Socket) => void): Promise<Loopback> {
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.on('error', () => {}).on('close', () => sockets.delete(socket));
    serve(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

/** Finds a loopback port on which nothing listens. */
export async function closedPort(): Promise<number> {
  const { port, close } = await startLoopback(() => {});
  await close();
  return port;
}
