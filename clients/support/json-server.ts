import { createServer, type ServerResponse } from 'node:http';
import { startLoopback } from './loopback.ts';

export interface JsonServer {
  readonly url: string;
  close(): Promise<void>;
}

/** Starts a server whose clients send JSON. `answer` gets the path and the body. */
export async function startJson<Body>(
  answer: (path: string, body: Body, response: ServerResponse) => void,
): Promise<JsonServer> {
  const http = createServer((request, response) => {
    let text = '';
    request.setEncoding('utf8').on('data', (chunk) => {
      text += String(chunk);
    });
    request.on('end', () => answer(request.url ?? '/', JSON.parse(text) as Body, response));
  });
  const { port, close } = await startLoopback((socket) => http.emit('connection', socket));
  return { url: `http://127.0.0.1:${port}`, close };
}
