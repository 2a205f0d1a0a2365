import { data, type ErrorAnswer, type Headers, type LlmApi, named, TOOL_MESSAGE, waits } from './llm-api.ts';

/** `type` and `code` are often the same, and `code` is often null. */
function error(
  status: number, type: string, code: string | null = null, headers: Headers = {}, message = `${type} of the test`,
): ErrorAnswer {
  return { status, headers, body: { error: { message, type, param: null, code } } };
}

const WRONG = 'invalid_request_error';
const LIMITED = 'rate_limit_exceeded';
const QUOTA = 'insufficient_quota';
/** Only the requests are used up, so the reset of the tokens says nothing. */
const RESET: Headers = {
  'x-ratelimit-remaining-requests': '0',
  'x-ratelimit-reset-requests': '2s',
  'x-ratelimit-remaining-tokens': '9000',
  'x-ratelimit-reset-tokens': '6m0s',
};

const errors: Readonly<Record<string, ErrorAnswer>> = {
  '400': error(400, WRONG, 'context_length_exceeded'),
  '400 of a tool': error(400, WRONG, 'invalid_function_parameters', {}, TOOL_MESSAGE),
  '401': error(401, WRONG, 'invalid_api_key'),
  '402': error(402, QUOTA, 'credit_balance_exhausted'),
  '403': error(403, WRONG, 'unsupported_country_region_territory'),
  '404': error(404, WRONG, 'model_not_found'),
  '409': error(409, WRONG),
  '413': error(413, WRONG),
  '422': error(422, WRONG),
  '429': error(429, 'requests', LIMITED),
  '429 reset': error(429, 'requests', LIMITED, RESET),
  '429 quota': error(429, QUOTA, QUOTA),
  '429 spend': error(429, QUOTA, 'project_spend_limit_exceeded'),
  ...waits((headers) => error(429, 'requests', LIMITED, headers)),
  '500': error(500, 'server_error'),
  '500 at once': error(500, 'server_error', null, { 'retry-after-ms': '1' }),
  '503': error(503, 'server_error', 'slow_down'),
};

const FAULT = { code: 'server_error', message: 'The server had an error', param: null };
const MISTAKE = { type: WRONG, code: null, message: 'Wrong', param: null };
const OTHER_SHAPE = { unexpected: true };

function chunk(content: object, finish: string | null = null): string {
  const choices = [{ index: 0, delta: content, logprobs: null, finish_reason: finish }];
  return data({ id: 'chat_1', object: 'chat.completion.chunk', created: 1, model: 'good', choices });
}

const completion = (finish: string) => ({
  id: 'chat_1',
  object: 'chat.completion',
  created: 1,
  model: 'good',
  choices: [{ index: 0, message: { role: 'assistant', content: 'Hello you' }, finish_reason: finish, logprobs: null }],
  usage: { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3 },
});

/** The chat completions of OpenAI. */
export const CHAT: LlmApi = {
  errors,
  body: completion('stop'),
  bodies: {
    'another shape': OTHER_SHAPE,
    length: completion('length'),
    content_filter: completion('content_filter'),
  },
  good: [
    chunk({ role: 'assistant', content: '' }),
    chunk({ content: 'Hello' }),
    chunk({ content: ' you' }),
    chunk({}, 'stop'),
    'data: [DONE]\n\n',
  ],
  preamble: 1,
  ends: {
    'stream error': data({ error: { type: 'server_error', ...FAULT } }),
    'stream of a wrong request': data({ error: MISTAKE }),
  },
};

const message = (status: string, content: readonly object[]) => ({
  id: 'msg_1', type: 'message', role: 'assistant', status, content,
});
const response = (status: string, output: readonly object[]) => ({
  id: 'resp_1', object: 'response', created_at: 1, model: 'good', status, output,
  usage: { input_tokens: 1, output_tokens: 2, total_tokens: 3 },
});
const text = (value: string) => ({ type: 'output_text', text: value, annotations: [] });

const HELLO = message('completed', [text('Hello you')]);
const FAILED = { ...response('failed', []), error: FAULT };
const INCOMPLETE = { ...response('incomplete', [HELLO]), incomplete_details: { reason: 'max_output_tokens' } };
const PLACE = { item_id: 'msg_1', output_index: 0, content_index: 0 };

/** The responses of OpenAI. */
export const RESPONSES: LlmApi = {
  errors,
  body: response('completed', [HELLO]),
  bodies: { 'another shape': OTHER_SHAPE, failed: FAILED, incomplete: INCOMPLETE },
  good: [
    named('response.created', { response: response('in_progress', []) }),
    named('response.in_progress', { response: response('in_progress', []) }),
    named('response.output_item.added', { output_index: 0, item: message('in_progress', []) }),
    named('response.content_part.added', { ...PLACE, part: text('') }),
    named('response.output_text.delta', { ...PLACE, delta: 'Hello' }),
    named('response.output_text.delta', { ...PLACE, delta: ' you' }),
    named('response.output_text.done', { ...PLACE, text: 'Hello you' }),
    named('response.output_item.done', { output_index: 0, item: HELLO }),
    named('response.completed', { response: response('completed', [HELLO]) }),
  ],
  preamble: 4,
  ends: {
    'stream error': named('error', { sequence_number: 5, error: { type: 'server_error', ...FAULT } }),
    'stream error without an object': named('error', { sequence_number: 5, ...FAULT }),
    'stream failed': named('response.failed', { sequence_number: 5, response: FAILED }),
    'stream of a wrong request': named('error', { sequence_number: 5, error: MISTAKE }),
    'stream incomplete': named('response.incomplete', { sequence_number: 5, response: INCOMPLETE }),
  },
};
