import type { Log } from '../ports';

/** What the SDK logs, cut down to what is news: that it tries again. Its errors and debug lines quote pieces of answers, and go nowhere. */
export function retryLog(host: string, log: Log) {
  const nowhere = (): void => {};
  return {
    error: nowhere,
    warn: nowhere,
    debug: nowhere,
    info: (message: string) => {
      const retry = /(?:status (\d{3})|connection (failed|timed out)).* - retrying, (\d+) attempts? remaining/.exec(message);
      if (retry) log.info(`${host}: ${retry[1] ? `status ${retry[1]}` : `connection ${retry[2]}`}, trying again (${retry[3]} left).`);
    },
  };
}
