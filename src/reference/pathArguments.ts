import { posix } from 'node:path';
import { simpleCommands, type Word } from '../steering/commandLines';

/** An argument of a command that reads what it names. */
export interface PathArgument {
  text: string;
  /** Offset in the line. */
  at: number;
  program: string;
  /** The folder the command runs in, from where the line began; undefined where that can't be known. */
  folder: string | undefined;
}

export interface ShellLine {
  arguments: PathArgument[];
  /** The folder that commands after this line run in. */
  folder: string | undefined;
}

/** Programs that need what they are given to be there. Those that make files, fetch packages or take branches and images are not among them. */
const readers =
  /^(?:cd|pushd|cat|bat|less|head|tail|ls|tree|source|\.|bash|sh|zsh|node|tsx|ts-node|python|python3|python\d\.\d+|pytest|py\.test|ruff|mypy|pyright|ty|black|isort|flake8|pylint|eslint|prettier|biome|vitest|jest|mocha|ava|playwright|cypress|tsc|rspec|rubocop|rails|ruby|rake|phpunit|php|pest|phpstan|pint|go|gofmt|golangci-lint|gotestsum|deno|bun|dotnet|swift|mix|elixir|julia|Rscript|stylua|shellcheck|shfmt|code|vim|open|wc|diff|grep|rg|chmod|make|cargo|docker-compose|kubectl|psql|sqlite3|terraform|ansible-playbook|buf|protoc|nx|uvicorn|streamlit|flask|alembic)$/;

/** Of these only some subcommands read what they name. */
const subcommands: Record<string, RegExp> = {
  go: /^(?:test|run|build|vet|generate|fmt)$/,
  bun: /^(?:test|run|[\w./-]+\.[cm]?[jt]sx?)$/,
  deno: /^(?:run|test|check|lint|fmt|bench)$/,
  dotnet: /^(?:test|build|run|format|restore|publish|watch)$/,
  swift: /^(?:run|format|lint)$/,
  mix: /^(?:test|run|format|credo)$/,
  rails: /^(?:test|runner)$/,
  docker: /^compose$/,
  nx: /^$/,
  code: /^(?!--).*/,
};

/** What only says how another program is run. */
const wrappers = /^(?:sudo|time|env|exec|nohup|command|npx|bunx|uvx|pipx|dotenv|xvfb-run)$/;
const runners: Record<string, RegExp> = {
  uv: /^run$/,
  poetry: /^run$/,
  pdm: /^run$/,
  hatch: /^run$/,
  pipenv: /^run$/,
  rye: /^run$/,
  bundle: /^exec$/,
  pnpm: /^(?:exec|tsx|vitest|jest|eslint|prettier|playwright)$/,
  yarn: /^(?:exec|tsx|vitest|jest|eslint|prettier|playwright)$/,
  npm: /^exec$/,
  mise: /^exec$/,
};

/** Options whose value is a file or folder to be read. */
const reading =
  /^(?:--manifest-path|--config|--project|--rootdir|--prefix|--cwd|--dir|--directory|--chdir|-C|--app-dir|--file|-f|--makefile|--env-file|--rcfile|--settings|--ini|-p|-c)$/;
/** Options that take a word which is no path, or one that is written. */
const skipping =
  /^(?:-o|--out(?:put)?(?:-\w+)?|--outfile|--outdir|--out-dir|-m|-k|-run|--run|-n|--name|-t|--tag|-e|--ext|-w|--filter|-F|-j|--jobs|--cov|--cov-report|--junitxml|-g|--grep|--ignore|--exclude|--test-name-pattern|--bin|--example|--package|--features|--target|-X|-tags|-bench|-count|-timeout|--testNamePattern|-A|-B|--include|-type|-d)$/;

/** What a line of shell reads by path, and where it leaves the shell. `start` is the folder it begins in, '' where nothing was said. */
export function readShellLine(line: string, start: string | undefined = ''): ShellLine {
  const result: ShellLine = { arguments: [], folder: start };
  if (line.length > 2000) return result;
  for (const all of simpleCommands(line)) {
    let words = all;
    while (words.length && /^(?:[$>%]|[A-Za-z_]\w*=.*)$/.test(words[0]?.text ?? '')) words = words.slice(1);
    for (let hops = 0; hops < 4 && words.length; hops++) {
      const [first, second] = words;
      if (wrappers.test(first?.text ?? '')) words = words.slice(1);
      else if (first && second && Object.hasOwn(runners, first.text) && runners[first.text]?.test(second.text))
        words = words.slice(/^(?:run|exec)$/.test(second.text) ? 2 : 1);
      else break;
      while (words.length && /^-/.test(words[0]?.text ?? ''))
        words = words.slice(/^(?:--with|--extra|--group|--python|--package|-p|-c|-f)$/.test(words[0]?.text ?? '') ? 2 : 1);
    }
    readCommand(words, result);
  }
  return result;
}

function readCommand(words: Word[], result: ShellLine): void {
  const [first] = words;
  if (!first) return;
  const push = (word: Word, program: string) => result.arguments.push({ text: word.text, at: word.at, program, folder: result.folder });
  const name = first.text;
  if (/^\.?\.?\/?[\w.-]+(?:\/[\w.-]+)+$/.test(name) && (name.startsWith('.') || /\.(?:sh|bash)$|^(?:bin|scripts?|tools|hack|dev)\//.test(name))) {
    push(first, '');
    return;
  }
  if (name === 'cd' || name === 'pushd') {
    const to = words[1];
    if (words.length !== 2 || !to || !/^[\w.@+/-]+$/.test(to.text) || /^[/-]/.test(to.text)) {
      result.folder = undefined;
      return;
    }
    push(to, 'cd');
    result.folder = result.folder === undefined ? undefined : posix.join(result.folder, to.text).replace(/\/+$/, '');
    return;
  }
  const wanted = subcommands[name];
  if (!readers.test(name) && !(wanted && name === 'docker')) return;
  if (wanted && !wanted.test(words[1]?.text ?? '')) return;
  // What a shell, a pipe or an interpreter is given as text is not read as a file; neither is a module's name.
  if (words.some((word) => /^(?:-c|-e|-m)$/.test(word.text)) && /^(?:bash|sh|zsh|node|python[\d.]*|ruby|php|psql)$/.test(name)) return;
  let pattern = /^(?:grep|rg)$/.test(name);
  for (let i = 1; i < words.length; i++) {
    const word = words[i] as Word;
    if (/^(?:\d?>>?|<)/.test(word.text)) {
      i++;
      continue;
    }
    if (word.text.startsWith('-')) {
      const equals = word.text.indexOf('=');
      if (equals > 0 && reading.test(word.text.slice(0, equals))) push({ text: word.text.slice(equals + 1), at: word.at + equals + 1 }, name);
      else if (equals < 0 && skipping.test(word.text)) i++;
      continue;
    }
    if (pattern) {
      pattern = false;
      continue;
    }
    // A single word may be a script, a target or a test's name: only what has a slash, or names a file, is read by path.
    if (word.text.includes('/') || /\.[A-Za-z]\w{0,5}$/.test(word.text)) push(word, name);
    // What is run gets the other words as its own.
    if (/^(?:node|tsx|ts-node|python[\d.]*|bash|sh|zsh|source|\.|ruby|php|Rscript|deno|bun)$/.test(name) && word.text !== words[1]?.text) return;
    if (/^(?:node|tsx|ts-node|python[\d.]*|bash|sh|zsh|source|\.|ruby|Rscript)$/.test(name)) return;
    if (name === 'go' && words[1]?.text === 'run' && i > 1) return;
  }
}
