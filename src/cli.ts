import { createInterface } from 'node:readline/promises';
import { type CommandName, commands, helpOf } from './cli/arguments';
import { errorJson, errorText } from './cli/errors';
import { processSurroundings, type Surroundings } from './cli/surroundings';
import { Cancelled, UserError } from './ports';

type Command = (around: Surroundings, args: readonly string[]) => Promise<number>;

/** Each command is loaded when it is asked for. */
const load: Record<CommandName, () => Promise<Command>> = {
  scaffold: async () => (await import('./cli/scaffold')).scaffold,
  lint: async () => (await import('./cli/lint')).lint,
  bundle: async () => (await import('./cli/bundle')).bundle,
  plan: async () => (await import('./cli/plan')).plan,
  run: async () => (await import('./cli/run')).run,
  escalate: async () => (await import('./cli/run')).escalate,
  attempts: async () => (await import('./cli/attempts')).attempts,
  restore: async () => (await import('./cli/restore')).restore,
  accept: async () => (await import('./cli/accept')).accept,
  check: async () => (await import('./cli/check')).check,
  decompose: async () => (await import('./cli/decompose')).decompose,
  author: async () => (await import('./cli/author')).author,
  try: async () => (await import('./cli/try')).tryCommand,
  improve: async () => (await import('./cli/improve')).improve,
  playbook: async () => (await import('./cli/playbook')).playbook,
  export: async () => (await import('./cli/export')).exportStage,
  runs: async () => (await import('./cli/runs')).runs,
  ledger: async () => (await import('./cli/ledger')).ledger,
};

/**
 * Run one command line. Resolves to the exit code; errors a person can act on are told on stderr in one line, and with `--json` as the one document on stdout
 * where nothing stands there yet.
 */
export async function main(given: Surroundings, args: readonly string[]): Promise<number> {
  const [name, ...rest] = args;
  if (!name || name === 'help' || rest.includes('--help') || rest.includes('-h') || name === '--help' || name === '-h') {
    given[name ? 'stdout' : 'stderr'](helpOf(name === 'help' ? rest[0] : name));
    return name ? 0 : 2;
  }
  let printed = false;
  const around: Surroundings = {
    ...given,
    stdout: (text) => {
      printed = true;
      given.stdout(text);
    },
    stdoutAsIs: (text) => {
      printed = true;
      given.stdoutAsIs(text);
    },
  };
  try {
    if (name === '--version') {
      around.stdout(`${JSON.parse(await around.files.read(`${around.templatesFolder}/../package.json`)).version}\n`);
      return 0;
    }
    if (!Object.hasOwn(commands, name))
      throw new UserError(`There is no command “${name}”.`, { todo: `Commands: ${Object.keys(commands).join(', ')}.`, exitCode: 2 });
    const command = await load[name as CommandName]();
    return await command(around, rest);
  } catch (error) {
    if (around.signal.aborted || error instanceof Cancelled) {
      around.stderr('Cancelled.\n');
      if (!printed && asksForJson(args)) around.stdout(errorJson(around, new Cancelled()));
      return 130;
    }
    if (!(error instanceof UserError)) throw error;
    around.stderr(`${errorText(around, error)}\n`);
    if (!printed && asksForJson(args)) around.stdout(errorJson(around, error));
    return error.details.exitCode ?? 2;
  }
}

/** Whether a command line wants JSON, though it may not be one that can be read. */
function asksForJson(args: readonly string[]): boolean {
  const options = args.includes('--') ? args.slice(0, args.indexOf('--')) : args;
  return options.some((each, i) => each === '--json' || each === '--format=json' || (each === '--format' && options[i + 1] === 'json'));
}

/** How long a command may take to stop after it was asked to, in milliseconds: time to note what was paid. */
const longestStopMs = 10_000;

async function start(): Promise<void> {
  const abort = new AbortController();
  const stop = () => {
    // The first asks to stop, so that what is paid gets on record; the second means it, and so does a first that nothing heeds.
    if (abort.signal.aborted) process.exit(130);
    abort.abort();
    setTimeout(() => process.exit(130), longestStopMs).unref();
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  // Nobody reads on (`| head`): no fault, and nothing more to say. Anything else, such as a full disk, loses what was asked for.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') return;
    process.stderr.write(`The result could not be written to stdout (${error.code ?? error.message}).\n`, () => process.exit(2));
  });
  const ask = async (question: string): Promise<string | undefined> => {
    const lines = createInterface({ input: process.stdin, output: process.stderr });
    lines.on('SIGINT', () => abort.abort());
    try {
      return await lines.question(question, { signal: abort.signal });
    } catch {
      return undefined;
    } finally {
      lines.close();
    }
  };
  const around = processSurroundings(abort.signal, ask);
  // Node ends in silence, and with 0, where everybody waits for something that nobody will bring.
  process.exitCode = 70;
  const stuck = () =>
    around.stderr('haiku-first stopped without a result: it waited for something that never came. What is on record is kept; please report it.\n');
  process.once('beforeExit', stuck);
  try {
    process.exitCode = await main(around, process.argv.slice(2));
    // A time-out that a client left behind must not keep a finished command waiting.
    setTimeout(() => process.exit(), 1000).unref();
  } catch (error) {
    around.stderr(`Something went wrong inside haiku-first: ${error instanceof Error ? error.message : String(error)}\n`);
    if (process.env.HAIKU_FIRST_DEBUG && error instanceof Error) around.stderr(`${error.stack}\n`);
    else around.stderr('Set HAIKU_FIRST_DEBUG=1 to see where, and please report it.\n');
    process.exitCode = 70;
  } finally {
    process.off('beforeExit', stuck);
  }
}

if (require.main === module) void start();
