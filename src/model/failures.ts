import { formatTokens } from '../catalog/tokens';
import { type ModelRequest, UserError } from '../ports';

/** How a call to the Messages API went wrong, told without anything that could be secret. */
export type Failure =
  | {
      kind: 'answered';
      /** HTTP status; undefined where the error came inside a stream that had begun well. */
      status?: number;
      /** `error.type` of the body. */
      type?: string;
      /** `error.message` of the body. Shown only where it is safe to (see `quotable`). */
      message?: string;
      requestId?: string;
      /** What the `retry-after` header asks for. */
      retryAfterSeconds?: number;
      /** True where it was refused more than once. */
      retried?: boolean;
    }
  | {
      kind: 'unreachable';
      /** As the operating system or TLS calls it: ECONNREFUSED, ENOTFOUND, SELF_SIGNED_CERT_IN_CHAIN … */
      code?: string;
    }
  /** The connection broke after the request had been sent and before anything came back. */
  | { kind: 'lost'; code?: string }
  /** No byte came for so long. */
  | { kind: 'silent'; seconds: number; begun: boolean }
  /** Bytes kept coming, but for longer than any answer takes. */
  | { kind: 'overlong'; seconds: number }
  /** More bytes came than any answer has. */
  | { kind: 'oversized'; bytes: number }
  /** The answer stopped before its end. */
  | { kind: 'cut' }
  /** What came is no Messages API's answer: nothing that begins, or something in it that no such API sends. */
  | { kind: 'foreign' }
  | { kind: 'malformed'; what: string }
  /** Rate limits would have held it back for longer than is waited. */
  | { kind: 'limited'; seconds: number }
  /** The request could not even be built. */
  | { kind: 'unsendable' };

/** Statuses of errors that arrive inside a stream, where HTTP has already said 200. */
const statusOfType: Record<string, number> = {
  invalid_request_error: 400,
  authentication_error: 401,
  billing_error: 402,
  permission_error: 403,
  not_found_error: 404,
  request_too_large: 413,
  rate_limit_error: 429,
  api_error: 500,
  timeout_error: 504,
  overloaded_error: 529,
};

const whereKeysAre = 'Put a valid key into ANTHROPIC_API_KEY, or in VS Code run the command "Haiku First: Set API Key".';

/** The API's own explanation where it tells nothing of key, prompt or schema; servers other than Anthropic's may echo what they were sent. */
function quotable(message: string | undefined, secrets: readonly string[], prompt: readonly string[]): string {
  const line = message
    ?.split(/[\r\n]/)[0]
    ?.trim()
    .slice(0, 240);
  if (!line || secrets.some((secret) => message?.includes(secret))) return '';
  const window = 20;
  for (let at = 0; at < Math.max(1, line.length - window + 1); at++) {
    const part = line.slice(at, at + window);
    if ([...secrets, ...prompt].some((text) => text.includes(part))) return '';
  }
  return ` It says: "${line}"`;
}

const mayBePaid = 'It may have been paid for: it is counted at the most it can have cost.';

/** Seconds for people. */
function duration(seconds: number): string {
  if (seconds < 120) return `${seconds < 10 ? Math.round(seconds * 10) / 10 : Math.ceil(seconds)} seconds`;
  return seconds < 7200 ? `${Math.ceil(seconds / 60)} minutes` : `${Math.ceil(seconds / 3600)} hours`;
}

function certificate(code: string): boolean {
  return /CERT|SELF_SIGNED|UNABLE_TO_|ERR_TLS|ERR_SSL|EPROTO/.test(code);
}

function unreachable(host: string, code: string | undefined): UserError {
  if (code && certificate(code)) {
    return new UserError(`${host} could not be trusted (${code}).`, {
      todo: 'Behind a proxy that opens TLS, let NODE_EXTRA_CA_CERTS name the file of its certificate (in VS Code: the setting http.systemCertificates).',
      exitCode: 3,
    });
  }
  const why: Record<string, string> = {
    ECONNREFUSED: 'the connection was refused',
    ENOTFOUND: 'there is no such host',
    ECONNRESET: 'the connection was reset',
    ETIMEDOUT: 'the connection timed out',
    UND_ERR_CONNECT_TIMEOUT: 'it did not take the connection in time',
    EAI_AGAIN: 'its name could not be looked up',
  };
  const reason = code ? ` (${why[code] ? `${code}: ${why[code]}` : code})` : '';
  return new UserError(`${host} could not be reached${reason}.`, {
    todo: 'Check the network, the base URL (ANTHROPIC_BASE_URL) and, behind a proxy, HTTPS_PROXY (in VS Code: the setting http.proxy).',
    exitCode: 3,
  });
}

/**
 * A failed call as an error a person can act on, with exit code 3. Says what went wrong, at which host, and what to do;
 * never shows the key, the prompt or the answer.
 * @param host Where the call went: host and port.
 * @param secrets What must not be shown beside the prompt.
 */
export function failureToUserError(failure: Failure, request: ModelRequest, host: string, secrets: readonly string[]): UserError {
  const error = (what: string, todo?: string): UserError => new UserError(what, { todo, exitCode: 3 });
  switch (failure.kind) {
    case 'unreachable':
      return unreachable(host, failure.code);
    case 'lost':
      return error(
        `The connection to ${host} was lost before an answer came${failure.code ? ` (${failure.code})` : ''}.`,
        `Run it again, once the network is steady. ${mayBePaid}`,
      );
    case 'silent':
      return error(
        `${host} ${failure.begun ? 'fell silent in the middle of the answer' : 'did not answer in time'}: nothing came for ${duration(failure.seconds)}.`,
        `Run it again; for a server that is slow to begin, raise HAIKU_FIRST_STALL_TIMEOUT (in VS Code: the setting haikuFirst.stallTimeout). ${mayBePaid}`,
      );
    case 'overlong':
      return error(
        `The answer of ${host} did not end within ${duration(failure.seconds)}.`,
        `Ask for less in one stage, or split it; then run it again. ${mayBePaid}`,
      );
    case 'oversized':
      return error(`The answer of ${host} is larger than any answer of a model.`, `Check the base URL (ANTHROPIC_BASE_URL). ${mayBePaid}`);
    case 'cut':
      return error(`${host} stopped in the middle of the answer.`, `Run it again: what had come so far is not kept. ${mayBePaid}`);
    case 'foreign':
      return error(
        `${host} answered with something that is no answer of a Messages API.`,
        'Check the base URL (ANTHROPIC_BASE_URL, without /v1 at its end) and, behind a proxy, whether it lets streams through; then run it again.',
      );
    case 'malformed':
      return error(
        `${host} sent what no Messages API sends: ${failure.what}.`,
        `Run it again; where it happens each time, that server or a proxy before it is not compatible. ${mayBePaid}`,
      );
    case 'limited':
      return error(
        `The rate limits of ${host} leave nothing for ${request.model} for another ${duration(failure.seconds)}.`,
        `Run it again then, or let fewer stages run at the same time. What has passed is kept.`,
      );
    case 'unsendable':
      return error(
        `The request to ${host} could not be sent.`,
        'Check the base URL, the key and ANTHROPIC_CUSTOM_HEADERS for characters that do not belong there.',
      );
  }
  const status = failure.status ?? statusOfType[failure.type ?? ''];
  const still = failure.retried ? ', and still did after retrying' : '';
  const when = failure.retryAfterSeconds ? `in ${duration(failure.retryAfterSeconds)}` : 'in a few minutes';
  const id = failure.requestId ? ` (request ${failure.requestId})` : '';
  const explained = (): string =>
    quotable(
      failure.message,
      secrets,
      [...request.system, ...request.user].map((block) => block.text),
    );
  const outOfMoney = status === 402 || failure.type === 'billing_error' || (status === 400 && /credit balance/i.test(failure.message ?? ''));
  if (outOfMoney)
    return error(
      `${host} refused the call: the account has no credit left or its billing is not in order${id}.`,
      'Check billing and limits in the console of the account that the key belongs to.',
    );
  switch (status) {
    case 401:
      return error(`${host} does not accept the API key${id}.`, whereKeysAre);
    case 403:
      return error(
        `${host} does not let this key use ${request.model}${id}.`,
        'Use a key whose workspace may use it, or map the tier to another model in the settings or in the front matter (models).',
      );
    case 404:
      return error(
        `${host} knows no model "${request.model}", or is no Messages API${id}.`,
        'Correct the model id in the settings or in the front matter (models); a base URL is written without /v1 at its end.',
      );
    case 413:
      return error(`The prompt is too large for ${host}${id}.`, 'Give the stage a smaller Budget, or leave files out of its Context.');
    case 429:
      return error(
        `${host} limits how much this key may ask for, and refused the call${still}${id}.`,
        `Run it again ${when}, or let fewer stages run at the same time.`,
      );
    case 529:
      return error(`${host} is overloaded and refused the call${still}${id}.`, `Run it again ${when}; what has passed is kept.`);
  }
  if (status !== undefined && status >= 500)
    return error(`${host} failed with status ${status}${still}${id}.`, `Run it again ${when}; what has passed is kept.`);
  const said = failure.type ? `${status ?? 'error'} ${failure.type}` : String(status ?? 'an error');
  return error(
    `${host} refused the call to ${request.model} (${said})${id}.${explained()}`,
    `Check that ${request.model} takes what the stage asks for: ${request.effort ? `effort ${request.effort}, ` : ''}${request.schema ? 'structured output, ' : ''}answers of up to ${formatTokens(request.maxTokens)} tokens.`,
  );
}
