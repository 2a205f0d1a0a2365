import type { ServerResponse } from 'node:http';
import { MESSAGES } from './anthropic-api.ts';
import { type JsonServer, startJson } from './json-server.ts';
import type { ErrorAnswer, LlmApi } from './llm-api.ts';
import { CHAT, RESPONSES } from './openai-api.ts';

/** How long the content of `stream slow` takes. */
export const SLOW_MS = 200;

interface Asked {
  readonly model: string;
  readonly stream?: boolean;
}

/**
 * Serves OpenAI and Anthropic. The model of a request says how it ends: as the tables of the API say, or `hang`, `reset`,
 * `stream slow`, `stream cut` or `stream stall`. Any other model gets a good answer.
 */
export function startLlm(): Promise<JsonServer> {
  return startJson<Asked>((path, { model, stream = false }, response) => {
    if (model === 'hang') return;
    if (model === 'reset') {
      response.socket?.resetAndDestroy();
      return;
    }
    const api = path.endsWith('/messages') ? MESSAGES : path.endsWith('/responses') ? RESPONSES : CHAT;
    const error = api.errors[model];
    if (error !== undefined) sendError(error, response);
    else if (stream) sendStream(api, model, response);
    else {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify(api.bodies?.[model] ?? api.body));
    }
  });
}

function sendError({ status, headers, body }: ErrorAnswer, response: ServerResponse): void {
  const own = typeof headers === 'function' ? headers() : headers;
  response.writeHead(status, { 'content-type': 'application/json', ...own }).end(JSON.stringify(body));
}

function sendStream({ good, preamble, ends }: LlmApi, model: string, response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  const first = model === 'stream slow' ? preamble : model === 'good' ? good.length : Math.ceil(good.length / 2);
  response.write(good.slice(0, first).join(''));
  if (model === 'good') response.end();
  if (ends[model] !== undefined) response.end(ends[model]);
  if (model === 'stream slow') setTimeout(() => response.end(good.slice(preamble).join('')), SLOW_MS);
  // What was written must arrive before the reset.
  if (model === 'stream cut') setTimeout(() => response.socket?.resetAndDestroy(), 20);
}
