/** Why a body was given up on though its connection still stood. */
export class GivenUp extends Error {
  constructor(
    readonly why:
      | { kind: 'silent'; seconds: number }
      /** Bytes kept coming, but for too long. */
      | { kind: 'overlong'; seconds: number }
      /** More than any answer has. */
      | { kind: 'oversized'; bytes: number },
  ) {
    super(why.kind);
  }
}

export interface BodyLimits {
  /** The longest silence between two bytes, in milliseconds. */
  stallMs: number;
  /** The longest that all of it may take, in milliseconds. */
  longestMs: number;
  /** The most bytes. */
  mostBytes: number;
}

/**
 * The same body, ended with `GivenUp` where no byte comes for too long, or where there is no end of them. Bytes are what counts, pings included: a
 * slow answer is an answer. Timers run on the machine's steady clock: setting the date does nothing to them. `ended` is called once, however it ends.
 */
export function watchBody(body: ReadableStream<Uint8Array>, limits: BodyLimits, ended: () => void): ReadableStream<Uint8Array> {
  const reader = body.getReader();
  let bytes = 0;
  let over = false;
  let stall: NodeJS.Timeout | undefined;
  let longest: NodeJS.Timeout | undefined;
  const finish = (): void => {
    if (over) return;
    over = true;
    clearTimeout(stall);
    clearTimeout(longest);
    ended();
  };
  return new ReadableStream<Uint8Array>({
    start(controller) {
      const giveUp = (why: GivenUp['why']): void => {
        if (over) return;
        finish();
        controller.error(new GivenUp(why));
        // The connection is of no more use; how it takes that is of no interest.
        reader.cancel().catch(() => undefined);
      };
      stall = setTimeout(() => giveUp({ kind: 'silent', seconds: limits.stallMs / 1000 }), limits.stallMs);
      longest = setTimeout(() => giveUp({ kind: 'overlong', seconds: limits.longestMs / 1000 }), limits.longestMs);
    },
    async pull(controller) {
      try {
        const { done, value } = await reader.read();
        if (over) return;
        if (done) {
          finish();
          controller.close();
          return;
        }
        bytes += value.byteLength;
        if (bytes > limits.mostBytes) {
          finish();
          controller.error(new GivenUp({ kind: 'oversized', bytes }));
          reader.cancel().catch(() => undefined);
          return;
        }
        stall?.refresh();
        controller.enqueue(value);
      } catch (error) {
        if (over) return;
        finish();
        controller.error(error);
      }
    },
    async cancel(reason) {
      finish();
      await reader.cancel(reason);
    },
  });
}
