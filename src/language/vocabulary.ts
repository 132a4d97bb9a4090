import type { FieldName } from '../steering/contextTypes';
import { stop } from './snippet';

/** What the words of a CONTEXT.md do, for completion and hover. One sentence or two each. */

export const fieldDocumentation: Record<FieldName, string> = {
  Input:
    'What the stage reads: outputs or titles of earlier stages, files, sections (`VOICE.md#cadence`), globs, declared inputs. Commas separate them. What nothing provides is asked for when the stage is run.',
  Task: 'The instruction. It stands last in the prompt, word for word.',
  Output: 'The name later stages read it by; optionally `→ path` to write it to, and `as json`, `as markdown` or `as text`.',
  Success: 'Criteria in words. What can be measured becomes a check by itself; the rest is shown as uncovered.',
  Checks: 'A nested list of explicit checks, such as `words: 300-800`. The stage passes when all of them do.',
  Context: 'Further files or sections for the bundle; with `not` before a name, what to leave out.',
  Budget: 'The most tokens the bundle of this stage may have, such as `6k`.',
  Run: 'The shell command of a Code stage. It is shown and asked about before it runs.',
  Each: 'Run once for every item of a list: `Question in Question list`. The item’s name may stand in Task and Output.',
  Variants: 'How many answers are tried side by side; the best one is kept.',
  Retries: 'How often the feedback of failed checks goes back to the same model before the stage counts as failed; 1 where nothing is said.',
  Advisor: '`yes`: the stage may ask the dearer model for advice.',
};

/** Fields in the order in which one writes them, with what is put in; `$0` is where the cursor lands. */
export const fieldOrder: readonly { name: FieldName; snippet: string; retrigger?: boolean }[] = [
  { name: 'Input', snippet: 'Input: $0', retrigger: true },
  { name: 'Task', snippet: 'Task: $0' },
  { name: 'Output', snippet: `Output: ${stop(1, 'Name')}$0` },
  { name: 'Success', snippet: 'Success: $0' },
  { name: 'Checks', snippet: 'Checks:\n  - $0', retrigger: true },
  { name: 'Context', snippet: 'Context: $0', retrigger: true },
  { name: 'Run', snippet: 'Run: `$0`', retrigger: true },
  { name: 'Each', snippet: 'Each: $0', retrigger: true },
  { name: 'Budget', snippet: `Budget: ${stop(1, '6k')}$0` },
  { name: 'Retries', snippet: `Retries: ${stop(1, '1')}$0` },
  { name: 'Variants', snippet: `Variants: ${stop(1, '3')}$0` },
  { name: 'Advisor', snippet: 'Advisor: yes$0' },
];

export interface KeyName {
  name: string;
  documentation: string;
  snippet: string;
}

/** Keys of the front matter of a CONTEXT.md. */
export const contextKeys: readonly KeyName[] = [
  { name: 'inputs', documentation: 'Values that stages read by name in `Input:`.', snippet: `inputs:\n  ${stop(1, 'name')}: ${stop(2, 'value')}$0` },
  { name: 'models', documentation: 'The model each tier stands for in this task. A dearer one is confirmed once, with both prices.', snippet: 'models:\n  $0' },
  { name: 'budget', documentation: 'What a whole run may take: `tokens` of input, `usd`, `time`.', snippet: 'budget:\n  $0' },
];

export const budgetKeys: readonly KeyName[] = [
  { name: 'tokens', documentation: 'Tokens of input, such as `50000` or `50k`.', snippet: `tokens: ${stop(1, '50000')}$0` },
  { name: 'usd', documentation: 'US dollars: the run stops before a call that could pass it.', snippet: `usd: ${stop(1, '0.25')}$0` },
  { name: 'time', documentation: 'Minutes, or a text such as `2 hours`.', snippet: `time: ${stop(1, '2 hours')}$0` },
];

/** Front matter of `.claude/rules/*.md`. */
export const ruleKeys: readonly KeyName[] = [
  {
    name: 'paths',
    documentation: 'Globs of the files this rule is about: it loads when one of them is read. Without them it loads in every session.',
    snippet: `paths:\n  - "${stop(1, 'src/**')}"$0`,
  },
];
