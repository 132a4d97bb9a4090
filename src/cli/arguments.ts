import { type ParseArgsConfig, parseArgs } from 'node:util';
import { tiers } from '../catalog/models';
import { UserError } from '../ports';

/** Each command with its options; the text is what `--help` shows. */
export const commands = {
  scaffold: { usage: 'scaffold [KIND…] [--template NAME] [--dir DIR] [--force]', about: 'write CONTEXT.md, VOICE.md and CLAUDE.md from a template' },
  lint: {
    usage:
      'lint [PATH…] [--format text|json|sarif|github] [--fix] [--quiet] [--max-warnings N] [--baseline FILE [--update-baseline]] [--stdin-filename NAME] | --explain [RULE]',
    about: 'find problems in steering files, and mend what is safe to mend',
  },
  bundle: {
    usage:
      'bundle FILE --stage N [--input NAME=VALUE]… [--budget TOKENS] [--exact] [--json | --format markdown] [--copy] | bundle --query TEXT [--dir DIR] [--budget TOKENS] [--json | --format markdown] [--copy]',
    about: "show exactly what a stage would be sent, or what of the project's own files fits a query",
  },
  plan: { usage: 'plan FILE [--input NAME=VALUE]… [--exact] [--json]', about: 'stages, dependencies, checks and estimates; calls nothing' },
  run: {
    usage:
      'run FILE [--stage N | --from N] [--input NAME=VALUE]… [--model recorded|anthropic] [--max-cost USD] [--exact] [--yes] [--ladder RUNGS] [--max-escalation-cost USD] [--allow-commands] [--allow-secret FILE:LINE]… [--allow-model TIER=MODEL]… [--pass-env NAME]… [--trust-runs] [--fresh] [--batch] [--wait] [--json]',
    about: 'run the stages on the cheap model and check each output',
  },
  escalate: {
    usage:
      'escalate FILE --stage N [--fresh] [--model recorded|anthropic] [--max-cost USD] [--exact] [--yes] [--allow-commands] [--allow-secret FILE:LINE]… [--allow-model TIER=MODEL]… [--pass-env NAME]… [--trust-runs] [--wait] [--json]',
    about: 'run one failed stage on Opus, then what depends on it',
  },
  attempts: { usage: 'attempts FILE [--stage N] [--json]', about: 'what was tried at each stage, what it cost, what was found, and which attempt counts' },
  restore: {
    usage: 'restore FILE --stage N (--undo | [--run RUN] [--attempt TIER-N] [--reason TEXT]) [--item N] [--wait] [--json]',
    about: 'undo an escalation, or have an earlier attempt count again; free',
  },
  accept: { usage: 'accept FILE --stage N --reason TEXT [--item N] [--wait] [--json]', about: 'let the output of a stage count as passed as it is; free' },
  check: {
    usage: 'check FILE --stage N [--item N] [--model recorded|anthropic] [--max-cost USD] [--yes] [--allow-commands] [--pass-env NAME]… [--wait] [--json]',
    about: 'check the output of a stage again, as edited in its file; free but for judges',
  },
  decompose: {
    usage: 'decompose FILE [--write] [--model recorded|anthropic] [--max-cost USD] [--yes] [--allow-secret FILE:LINE]… [--wait] [--json]',
    about: 'have Opus plan the stages from the four parts; shown as a diff, written after a yes or with --write',
  },
  author: {
    usage: 'author FILE --stage N [--input NAME=VALUE]… [--model recorded|anthropic] [--max-cost USD] [--yes] [--allow-secret FILE:LINE]… [--wait] [--json]',
    about: 'have Opus write how Haiku does a stage well; --yes keeps it, marked unproven',
  },
  try: {
    usage:
      'try FILE (--stage N | --all) [--runs N] [--cases FILE] [--on MODEL] [--adopt] [--model recorded|anthropic] [--max-cost USD] [--yes] [--allow-commands] [--wait] [--json]',
    about: 'run a stage with and without its strategy on the same cases, and say whether it helps; --on MODEL runs the evidence again on another model',
  },
  improve: {
    usage:
      'improve FILE --stage N [--calls N] [--minibatch N] [--patience N] [--cases FILE] [--model recorded|anthropic] [--max-cost USD] [--yes] [--allow-commands] [--wait] [--json]',
    about: 'have Opus rewrite a strategy from what fails, on cases, within so many calls and so much money; --yes keeps the best, marked unproven',
  },
  playbook: {
    usage: 'playbook FILE [--learn --stage N] [--delete ID]… [--model recorded|anthropic] [--max-cost USD] [--yes] [--wait] [--json]',
    about: 'the lessons learnt from runs: list them, have Opus learn from a stage’s attempts, delete one',
  },
  export: {
    usage: 'export FILE --stage N [--as subagent|prompt] [--force] [--json]',
    about: 'write a stage with its strategy as a Claude Code subagent or a VS Code prompt file',
  },
  runs: {
    usage:
      'runs [FILE] [--json] | runs [FILE] --delete RUN… [--purge] [--yes] | runs [FILE] --expire 30d [--all] [--purge] [--yes] | runs [FILE] --trust [RUN…]',
    about: 'list the runs kept in .haiku/runs, with what they cost and take up; delete them; take runs made elsewhere for your own',
  },
  ledger: { usage: 'ledger [FILE] [--json]', about: 'what it cost, and what all-Opus would have' },
} as const;
export type CommandName = keyof typeof commands;

export const helpText = `haiku-first: run steering files as programs on the cheap model, and pay for Opus only where a check fails.

${Object.values(commands)
  .map(({ usage, about }) => `  haiku-first ${usage}\n      ${about}`)
  .join('\n')}

Exit codes: 0 fine; 1 findings of severity error, or a stage that failed its checks; 2 wrong usage or unreadable input;
3 the model could not be reached or refused; 130 cancelled.
The model is Anthropic's where ANTHROPIC_API_KEY or ANTHROPIC_BASE_URL is set, else the recorded answers beside the task.
HAIKU_FIRST_HAIKU, HAIKU_FIRST_SONNET and HAIKU_FIRST_OPUS name other models for the tiers; HAIKU_FIRST_PRICES has prices of your own.
HAIKU_FIRST_LADDER is what is tried until a stage passes, such as “haiku, haiku+feedback, haiku high+feedback, opus”; to dearer models a run climbs by
itself only up to HAIKU_FIRST_MAX_ESCALATION_COST in USD.
A run costs at most $1 unless --max-cost or HAIKU_FIRST_MAX_COST says otherwise; HAIKU_FIRST_MAX_COST_PER_TASK and HAIKU_FIRST_MAX_COST_PER_MONTH cap
a task and a calendar month (UTC), all runs in the same .haiku folder counted.
HAIKU_FIRST_RELEVANT_CODE=on gives stages that say nothing of it parts of the project's own files that fit them, up to 16,000 tokens each.
HAIKU_FIRST_INDEX=off keeps no index of a project's words in the cache folder: the next bundle of its code reads all files again.
HAIKU_FIRST_CONCURRENCY is how many calls may be under way at once, over all stages and items; 4 where it is not set.
HAIKU_FIRST_STALL_TIMEOUT is for how many seconds a server may send nothing before a call is given up; 180 where it is not set.
HAIKU_FIRST_PASS_ENV names variables that commands get though they look like secrets, as --pass-env does.
`;

type Options = NonNullable<ParseArgsConfig['options']>;

/** Parse a command's arguments. @throws UserError (exit 2) with the command's usage. */
export function parseCommand<T extends Options>(name: CommandName, args: readonly string[], options: T) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
  } catch (cause) {
    throw wrongUsage(
      name,
      cause instanceof Error
        ? `${(cause.message.split(/[.\n]\s*(?:\s|$)/)[0] as string).replace(/\.$/, '').replace(' argument is ambiguous', ' has no value, or one that begins with a dash')}.`
        : String(cause),
    );
  }
}

export function wrongUsage(name: CommandName, what: string): UserError {
  // The usage of some commands fills a screen: who wants it is told how to get it.
  const { usage } = commands[name];
  const short = usage.length <= longestUsage ? usage : `${usage.split(/ (?=[[|(])/)[0]} …, in full: haiku-first ${name} --help`;
  return new UserError(what, { todo: `Usage: haiku-first ${short}`, exitCode: 2 });
}

/** Characters of a usage that an error repeats whole. */
const longestUsage = 70;

/** What `--help` says of a command, or of all where the name is none. */
export function helpOf(name: string | undefined): string {
  if (name === undefined || !Object.hasOwn(commands, name)) return helpText;
  const { usage, about } = commands[name as CommandName];
  return `${usage
    .split(` | ${name} `)
    .map((form, i) => `haiku-first ${i ? `${name} ` : ''}${form}\n`)
    .join('')}    ${about}\n\nAll commands, exit codes and variables: haiku-first --help\n`;
}

/** The one FILE of a command. @throws UserError (exit 2) where there is none or more. */
export function oneFile(name: CommandName, positionals: readonly string[]): string {
  const [file, ...more] = positionals;
  if (!file) throw wrongUsage(name, 'No file is named.');
  if (more.length) throw wrongUsage(name, `One file at a time: “${more[0]}” is too many.`);
  return file;
}

/** A whole number of an option; undefined where the option is not there. @throws UserError (exit 2) for anything else. */
export function wholeNumber(name: CommandName, option: string, value: string | undefined): number | undefined {
  if (value === undefined) return undefined;
  if (/^\d{1,9}$/.test(value)) return Number(value);
  throw wrongUsage(name, `${option} is a whole number; “${value}” is not.`);
}

/** USD of an option, with or without `$`. @throws UserError (exit 2) for anything else. */
export function amountOfMoney(name: CommandName, option: string, value: string | undefined): number | undefined {
  if (value === undefined) return undefined;
  const match = /^\$?(\d+(?:\.\d+)?|\.\d+)$/.exec(value.trim());
  if (match) return Number(match[1]);
  throw wrongUsage(name, `${option} is an amount in USD, such as 0.05; “${value}” is not.`);
}

/** What `--allow-model` and `--allow-secret` agree to. @throws UserError (exit 2) for what is no TIER=MODEL and no FILE:LINE */
export function allowances(
  name: CommandName,
  { 'allow-model': models = [], 'allow-secret': secrets = [] }: { 'allow-model'?: readonly string[]; 'allow-secret'?: readonly string[] },
): { allowModels: readonly string[]; allowSecrets: readonly string[] } {
  const model = models.find((value) => !tiers.some((tier) => value.startsWith(`${tier}=`) && value.length > tier.length + 1));
  if (model !== undefined) throw wrongUsage(name, `--allow-model is TIER=MODEL, with ${tiers.join(', ')} as TIER; “${model}” is not.`);
  const secret = secrets.find((value) => !/^.+:[1-9]\d*$/.test(value));
  if (secret !== undefined) throw wrongUsage(name, `--allow-secret is FILE:LINE; “${secret}” is not.`);
  return { allowModels: models, allowSecrets: secrets };
}

/** `--input NAME=VALUE`, by lower-case name. @throws UserError (exit 2) where there is no `=`. */
export function inputValues(name: CommandName, values: readonly string[] | undefined): Map<string, string> {
  return new Map(
    (values ?? []).map((value) => {
      const at = value.indexOf('=');
      if (at <= 0) throw wrongUsage(name, `--input is NAME=VALUE; “${value}” has no value.`);
      return [value.slice(0, at).trim().toLowerCase(), value.slice(at + 1)];
    }),
  );
}
