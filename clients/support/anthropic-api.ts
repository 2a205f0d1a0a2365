import { type ErrorAnswer, type Headers, inTwoSeconds, type LlmApi, named, TOOL_MESSAGE, waits } from './llm-api.ts';

interface Details {
  readonly headers?: Headers;
  readonly details?: object;
  readonly message?: string;
}

function error(
  status: number, type: string, { headers = {}, details, message = `${type} of the test` }: Details = {},
): ErrorAnswer {
  const inner = { ...(details && { details }), type, message };
  return { status, headers, body: { type: 'error', error: inner, request_id: 'req_1' } };
}

const RESET: Headers = () => ({
  'anthropic-ratelimit-requests-remaining': '0',
  'anthropic-ratelimit-requests-reset': inTwoSeconds().toISOString(),
});

const message = (content: readonly object[], stop: string | null) => ({
  id: 'msg_1',
  type: 'message',
  role: 'assistant',
  model: 'good',
  content,
  stop_reason: stop,
  stop_sequence: null,
  usage: { input_tokens: 1, output_tokens: 2 },
});

const delta = (text: string) => named('content_block_delta', { index: 0, delta: { type: 'text_delta', text } });

/** The messages of Anthropic. */
export const MESSAGES: LlmApi = {
  errors: {
    '400': error(400, 'invalid_request_error'),
    '400 of a tool': error(400, 'invalid_request_error', { message: TOOL_MESSAGE }),
    '400 credit': error(400, 'invalid_request_error', { message: 'Your credit balance is too low to access the API.' }),
    '401': error(401, 'authentication_error'),
    '402': error(402, 'billing_error'),
    '403': error(403, 'permission_error'),
    '404': error(404, 'not_found_error'),
    '409': error(409, 'conflict_error'),
    '413': error(413, 'request_too_large'),
    '422': error(422, 'invalid_request_error'),
    '429': error(429, 'rate_limit_error'),
    '429 reset': error(429, 'rate_limit_error', { headers: RESET }),
    '429 spend': error(429, 'rate_limit_error', { details: { error_code: 'enforced_spend_limit_reached' } }),
    ...waits((headers) => error(429, 'rate_limit_error', { headers })),
    '500': error(500, 'api_error'),
    '503': error(503, 'api_error'),
    '529': error(529, 'overloaded_error'),
  },
  body: message([{ type: 'text', text: 'Hello you' }], 'end_turn'),
  good: [
    named('message_start', { message: message([], null) }),
    named('content_block_start', { index: 0, content_block: { type: 'text', text: '' } }),
    named('ping'),
    delta('Hello'),
    delta(' you'),
    named('content_block_stop', { index: 0 }),
    named('message_delta', { delta: { stop_reason: 'end_turn', stop_sequence: null }, usage: { output_tokens: 2 } }),
    named('message_stop'),
  ],
  preamble: 3,
  ends: {
    'stream error': named('error', { error: { type: 'overloaded_error', message: 'Overloaded' } }),
    'stream of a wrong request': named('error', { error: { type: 'invalid_request_error', message: 'Wrong' } }),
  },
};
