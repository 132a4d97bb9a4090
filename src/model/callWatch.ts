import { type BodyLimits, GivenUp, watchBody } from './bodyWatch';
import type { Pacer, Ticket } from './pacing';
import { type Charge, retryAfterMs } from './rateLimits';
import { longestStallMs } from './stallTimeout';

/** The connection broke after a request had been sent and before a status came back: whether it was answered, and paid, nobody here knows. */
export class Lost extends Error {
  constructor(readonly code?: string) {
    super('lost');
  }
}

/** As the SDK's middleware sees a request. */
type Send<R> = (request: R) => Promise<Response>;

/** One call of the API, over however many requests it takes. */
export interface WatchedCall {
  model: string;
  charge: Charge;
  signal: AbortSignal;
  limits: BodyLimits;
  /** How long rate limits may hold it back in all, in milliseconds. */
  patienceMs: number;
  /** How often what was lost may be sent again, where `mayRepeat` agrees. */
  repeats: number;
  /** Asked before something is sent that may have been answered before: has its cost been set aside once more? */
  mayRepeat(): Promise<boolean>;
  /** From now on it may cost. */
  mayCost(): void;
  /** The cause of a failed fetch as the operating system calls it. */
  codeOf(error: unknown): string | undefined;
  /** Before something lost is sent again, for the first time, the second … (from 0). */
  pause(nth: number): Promise<void>;
}

/** What a call has under way, for who is to end it. */
export interface Watch<R> {
  /** To be handed to the SDK: runs once for each request it sends, retries included. */
  middleware: (request: R, next: Send<R>) => Promise<Response>;
  /** True where a request is on its way, or was answered with a stream: until the API says otherwise it may cost. */
  readonly sent: boolean;
  /** The answer is whole: how many tokens it took. */
  done(outputTokens: number): void;
  /** As the API numbered the last answered request. */
  readonly requestId: string | undefined;
  /** How many requests have been sent. */
  readonly requests: number;
}

/** Codes of connections that broke on the way, as Node, undici and Chromium call them. What never left this machine has others. */
const onTheWay = /^(ECONNRESET|ECONNABORTED|EPIPE|UND_ERR_SOCKET|UND_ERR_HEADERS_TIMEOUT|UND_ERR_BODY_TIMEOUT|UND_ERR_RES_|HPE_)/;
const onTheWayMessage = /net::ERR_(CONNECTION_(RESET|CLOSED|ABORTED)|EMPTY_RESPONSE|TIMED_OUT|HTTP2|QUIC)/;

/** True where a connection broke after it had been made, so that what was sent may have arrived. */
export function brokeOnTheWay(error: unknown, code: string | undefined): boolean {
  for (let at = error, depth = 0; at instanceof Error && depth < 5; at = at.cause, depth++) if (onTheWayMessage.test(at.message)) return true;
  return code !== undefined && onTheWay.test(code);
}

function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError';
}

/**
 * Watches over the requests of one call: holds them back while rate limits say so, again after each 429; gives up on silence; and sends nothing
 * twice that may have been paid, unless its cost has been set aside again. All other retries (408, 409, 5xx, connections that were never made) are the SDK's.
 */
export function watchCall<R>(call: WatchedCall, pacer: Pacer): Watch<R> {
  let sent = false;
  let ticket: Ticket | undefined;
  let heldMs = 0;
  let repeats = call.repeats;
  let requestId: string | undefined;
  let requests = 0;

  async function enter(): Promise<Ticket> {
    const before = performance.now();
    const entered = await pacer.enter(call.model, call.charge, Math.max(0, call.patienceMs - heldMs), call.signal);
    heldMs += performance.now() - before;
    return entered;
  }

  async function send(request: R, next: Send<R>): Promise<Response> {
    sent = true;
    requests++;
    try {
      const response = await next(request);
      // An error is not billed, and no page of some other server is.
      sent = response.ok && /event-stream/.test(response.headers.get('content-type') ?? '');
      return response;
    } catch (error) {
      if (call.signal.aborted) throw error;
      sent = false;
      // The SDK gives up on headers after `stallMs`.
      if (isAbort(error)) {
        call.mayCost();
        throw new GivenUp({ kind: 'silent', seconds: call.limits.stallMs / 1000 });
      }
      const code = call.codeOf(error);
      if (!brokeOnTheWay(error, code)) throw error;
      call.mayCost();
      // Node's own limit, which no setting of ours moves.
      if (code === 'UND_ERR_HEADERS_TIMEOUT') throw new GivenUp({ kind: 'silent', seconds: longestStallMs / 1000 });
      throw new Lost(code);
    }
  }

  /** The status and headers of one request; what was lost on the way is sent again where it may be. */
  async function answered(request: R, next: Send<R>): Promise<Response> {
    for (;;) {
      try {
        return await send(request, next);
      } catch (error) {
        if (!(error instanceof Lost) || repeats === 0) throw error;
        await call.pause(call.repeats - repeats);
        if (!(await call.mayRepeat())) throw error;
        repeats--;
      }
    }
  }

  async function middleware(request: R, next: Send<R>): Promise<Response> {
    for (;;) {
      const entered = await enter();
      let response: Response;
      try {
        response = await answered(request, next);
      } catch (error) {
        entered.end();
        throw error;
      }
      requestId = response.headers.get('request-id') ?? requestId;
      const waitMs = entered.answered(response);
      if (response.ok && response.body) {
        ticket = entered;
        const body = watchBody(response.body, call.limits, () => entered.end());
        return new Response(body, { status: response.status, statusText: response.statusText, headers: response.headers });
      }
      entered.end();
      if (heldMs + (waitMs ?? retryAfterMs(response.headers, Date.now()) ?? 0) > call.patienceMs) return withoutRetry(response);
      if (waitMs === undefined || response.headers.get('x-should-retry') === 'false') return response;
      await response.body?.cancel();
    }
  }

  return {
    middleware,
    get sent() {
      return sent;
    },
    done: (outputTokens) => ticket?.end(outputTokens),
    get requestId() {
      return requestId;
    },
    get requests() {
      return requests;
    },
  };
}

/** The same answer, told to the SDK as final. */
function withoutRetry(response: Response): Response {
  const headers = new Headers(response.headers);
  headers.set('x-should-retry', 'false');
  return new Response(response.body, { status: response.status, statusText: response.statusText, headers });
}
