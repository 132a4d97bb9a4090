import { inputValues, oneFile, parseCommand, wholeNumber, wrongUsage } from './arguments';
import { bundleForQuery, queryFormats } from './query';
import { bundleForStage } from './stageBundle';
import type { Surroundings } from './surroundings';

export async function bundle(around: Surroundings, args: readonly string[]): Promise<number> {
  const { values, positionals } = parseCommand('bundle', args, {
    stage: { type: 'string' },
    budget: { type: 'string' },
    query: { type: 'string' },
    dir: { type: 'string' },
    input: { type: 'string', multiple: true },
    json: { type: 'boolean' },
    exact: { type: 'boolean' },
    format: { type: 'string' },
    copy: { type: 'boolean' },
  });
  const budget = wholeNumber('bundle', '--budget', values.budget);
  const format = values.json ? 'json' : queryFormats.find((known) => known === (values.format ?? 'text'));
  if (!format) throw wrongUsage('bundle', `--format is ${queryFormats.join(', ')}; “${values.format}” is none of them.`);
  if (values.query !== undefined) {
    if (positionals.length || values.stage !== undefined || values.input || values.exact)
      throw wrongUsage('bundle', '--query looks for itself: it takes no FILE, stage or input.');
    return bundleForQuery(around, { query: values.query, dir: values.dir, budget, format, copy: values.copy });
  }
  if (values.dir !== undefined) throw wrongUsage('bundle', '--dir goes with --query.');
  const number = wholeNumber('bundle', '--stage', values.stage);
  if (number === undefined) throw wrongUsage('bundle', 'Say FILE --stage N for what that stage is sent, or --query TEXT for what fits a query.');
  const answers = inputValues('bundle', values.input);
  return bundleForStage(around, { file: oneFile('bundle', positionals), stage: number, answers, budget, format, copy: values.copy, exact: values.exact });
}
