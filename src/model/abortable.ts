import { Cancelled } from '../ports';

/** Settles as `work` does, but rejects with Cancelled the moment the signal is aborted, however long a socket lingers. */
export function untilAborted<T>(signal: AbortSignal, work: Promise<T>, onAbort: () => void = () => undefined): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      onAbort();
      reject(new Cancelled());
    };
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}

/** Waits so many milliseconds. @throws Cancelled at once on abort */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await untilAborted(signal, over).finally(() => clearTimeout(timer));
}
