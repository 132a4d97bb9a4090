import { UserError } from '../ports';
import { type LadderSettings, parseLadder } from '../stage/ladder';

/**
 * What is tried until a stage passes, and what climbing to dearer models by itself may cost: as options say, else the environment.
 * @throws UserError (exit 2) for a ladder or an amount that can't be read
 */
export function ladderOf(env: NodeJS.ProcessEnv, options: { ladder?: string; maxEscalationUsd?: number }): LadderSettings {
  const [written, source] = options.ladder === undefined ? [env.HAIKU_FIRST_LADDER?.trim(), 'HAIKU_FIRST_LADDER'] : [options.ladder, '--ladder'];
  return {
    ...(written || options.ladder !== undefined ? { ladder: parseLadder(written ?? '', source) } : {}),
    maxEscalationUsd: options.maxEscalationUsd ?? usualSum(env.HAIKU_FIRST_MAX_ESCALATION_COST?.trim()),
  };
}

function usualSum(written: string | undefined): number {
  if (!written) return 0;
  if (!/^\$?\d*\.?\d+$/.test(written)) throw new UserError(`HAIKU_FIRST_MAX_ESCALATION_COST is an amount in USD; “${written}” is not.`, { exitCode: 2 });
  return Number(written.replace('$', ''));
}
