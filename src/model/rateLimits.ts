/** What a provider limits by the minute, as its `anthropic-ratelimit-…` headers name it. */
export const limitKinds = ['requests', 'tokens', 'input-tokens', 'output-tokens'] as const;
export type LimitKind = (typeof limitKinds)[number];

/** What one answer's headers say of one limit. */
export interface LimitNotice {
  limit: number;
  remaining: number;
  /** The server's own time stamp of the reset: tells a newer notice from an older one. */
  stamp: number;
  /** Milliseconds from now until all of it is back. */
  resetInMs: number;
}

export type LimitNotices = Partial<Record<LimitKind, LimitNotice>>;

/** About what a call will use. Tokens are estimates. */
export interface Charge {
  inputTokens: number;
}

/** A call that was let go and has not ended. */
export interface Admitted {
  readonly charge: Charge;
  /** The server's counts include it: its answer has begun. */
  reported: boolean;
  /** Which 429 it was sent before: several of one burst are one piece of news. */
  readonly epoch: number;
}

interface Known {
  limit: number;
  remaining: number;
  stamp: number;
  resetAt: number;
}

/** What may be under way before any answer has said what the limits are: within the lowest tier that Anthropic publishes (50 requests and 50,000 input tokens a minute). */
const unknown = { requests: 40, inputTokens: 40_000 };

/**
 * How many calls of one model may be under way, by what the provider said: never more than what remains until the reset, and after a 429 half as many
 * at a time, then slowly more (additive increase, multiplicative decrease). Pure: times are milliseconds of a clock that never jumps, handed in.
 */
export class RateLimits {
  private readonly known = new Map<LimitKind, Known>();
  private readonly underWay = new Set<Admitted>();
  /** Calls at a time. */
  private window = Number.POSITIVE_INFINITY;
  private blockedUntil = Number.NEGATIVE_INFINITY;
  private epoch = 0;
  /** True once any answer has come: a server that names no limits has none we could keep to. */
  private heard = false;
  private averageOutput = 1;

  /** Calls that have been let go and have not ended. */
  get count(): number {
    return this.underWay.size;
  }

  /** Milliseconds until a call may be tried; 0: now; Infinity: not before one under way is answered or ends. Never Infinity where none is under way. */
  wait(charge: Charge, now: number): number {
    if (now < this.blockedUntil) return this.blockedUntil - now;
    if (this.underWay.size >= Math.floor(this.window)) return Number.POSITIVE_INFINITY;
    const unreported = [...this.underWay].filter((call) => !call.reported);
    if (!this.heard && unreported.length) {
      const tokens = unreported.reduce((sum, call) => sum + call.charge.inputTokens, charge.inputTokens);
      if (unreported.length + 1 > unknown.requests || tokens > unknown.inputTokens) return Number.POSITIVE_INFINITY;
    }
    let longest = 0;
    for (const [kind, known] of this.known) {
      const full = now >= known.resetAt;
      const left = (full ? known.limit : known.remaining) - unreported.reduce((sum, call) => sum + this.cost(kind, call.charge), 0);
      // What is more than the whole limit would never fit: the server says what it thinks of it.
      if (Math.min(this.cost(kind, charge), known.limit) <= left) continue;
      if (!full) longest = Math.max(longest, known.resetAt - now);
      else if (unreported.length) return Number.POSITIVE_INFINITY;
    }
    return longest;
  }

  /** A call goes now; to be called only where `wait` said 0. */
  begin(charge: Charge): Admitted {
    const call: Admitted = { charge, reported: false, epoch: this.epoch };
    this.underWay.add(call);
    return call;
  }

  /** An answer has begun, or was refused: what its headers say. Out of order they may be older than what is known. */
  observe(call: Admitted, notices: LimitNotices, now: number): void {
    this.heard = true;
    call.reported = true;
    for (const kind of limitKinds) {
      const notice = notices[kind];
      if (!notice) continue;
      const { limit, remaining, stamp } = notice;
      const before = this.known.get(kind);
      const next: Known = { limit, remaining, stamp, resetAt: now + Math.max(0, notice.resetInMs) };
      if (!before || stamp > before.stamp || now >= before.resetAt) this.known.set(kind, next);
      else if (stamp === before.stamp) this.known.set(kind, { ...next, remaining: Math.min(remaining, before.remaining) });
    }
  }

  /** A 429: nothing goes for so long, and then half as many at a time. */
  refuse(call: Admitted, retryAfterMs: number, now: number): void {
    this.blockedUntil = Math.max(this.blockedUntil, now + retryAfterMs);
    if (call.epoch !== this.epoch) return;
    this.epoch++;
    this.window = Math.max(1, Math.floor(Math.min(this.window, this.underWay.size) / 2));
  }

  /** A call has ended. `outputTokens` where it was answered to its end. */
  end(call: Admitted, outputTokens?: number): void {
    if (!this.underWay.delete(call) || outputTokens === undefined) return;
    this.averageOutput += (outputTokens - this.averageOutput) / 4;
    for (const kind of ['tokens', 'output-tokens'] as const) {
      const known = this.known.get(kind);
      if (known) known.remaining = Math.max(0, known.remaining - outputTokens);
    }
    // One more at a time for each round of calls that went well; what is wider than any concurrency setting is no window.
    this.window += 1 / Math.max(1, this.window);
    if (this.window > 64) this.window = Number.POSITIVE_INFINITY;
  }

  private cost(kind: LimitKind, charge: Charge): number {
    const output = Math.max(1, this.averageOutput);
    return { requests: 1, 'input-tokens': charge.inputTokens, 'output-tokens': output, tokens: charge.inputTokens + output }[kind];
  }
}

function header(headers: Headers, name: string): string | undefined {
  return headers.get(name)?.trim() || undefined;
}

/** The limits an answer's headers tell. `nowMs` is this machine's date; where the server's differs, the server's own counts. */
export function limitNotices(headers: Headers, nowMs: number): LimitNotices {
  const date = Date.parse(header(headers, 'date') ?? '');
  // A date header has whole seconds.
  const serverNow = Number.isNaN(date) || Math.abs(date - nowMs) < 2000 ? nowMs : date;
  const notices: LimitNotices = {};
  for (const kind of limitKinds) {
    const limit = Number(header(headers, `anthropic-ratelimit-${kind}-limit`) ?? Number.NaN);
    const remaining = Number(header(headers, `anthropic-ratelimit-${kind}-remaining`) ?? Number.NaN);
    const reset = header(headers, `anthropic-ratelimit-${kind}-reset`) ?? '';
    const stamp = Date.parse(reset);
    if (!(limit > 0) || !(remaining >= 0) || Number.isNaN(stamp)) continue;
    // Whole seconds have been cut: the reset may be almost a second later.
    notices[kind] = { limit, remaining, stamp, resetInMs: stamp - serverNow + (/\.\d/.test(reset) ? 0 : 1000) };
  }
  return notices;
}

/** What `retry-after-ms` or `retry-after` (seconds or a date) asks for, in milliseconds; undefined where nothing sensible. */
export function retryAfterMs(headers: Headers, nowMs: number): number | undefined {
  const exact = Number(header(headers, 'retry-after-ms') ?? Number.NaN);
  if (exact > 0) return exact;
  const said = header(headers, 'retry-after');
  if (said === undefined) return undefined;
  const ms = Number.isNaN(Number(said)) ? Date.parse(said) - nowMs : Number(said) * 1000;
  return ms > 0 ? ms : undefined;
}
