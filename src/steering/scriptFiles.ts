import { simpleCommands } from './commandLines';

/** A script file that a command runs by its path, from the folder the command runs in. */
export interface ScriptFile {
  path: string;
  /** Offset in the command. */
  at: number;
}

const interpreters = /^(?:node|tsx|ts-node|bun|deno|python|python3|python3\.\d+|bash|sh|zsh|ruby|perl|php|pwsh|Rscript)$/;
const wrappers = /^(?:npx|bunx|uv|poetry|pdm|pipenv|time|env|exec|run)$/;
const script = /^(?:\.{1,2}\/)*(?:[\w@+-][\w.@+-]*\/)*[\w@+-][\w.@+-]*\.(?:[cm]?[jt]s|py|sh|bash|zsh|rb|pl|php|ps1|R)$/;
/** What is built or installed need not be there yet. */
const made = /(?:^|\/)(?:node_modules|dist|build|out|output|target|vendor|tmp|temp|\.[\w-]+|venv|generated|gen)\//;
/** Goes elsewhere, asks whether it is there, fetches or makes it: what is run then can't be told. */
const doubtful =
  /(?:^|[;&|(\n]\s*)(?:if|test|for|while|command|exec)\b|\b(?:cd|pushd|which|curl|wget|git|cp|mv|ln|mkdir|tee|touch|cat|tsc|unzip|tar|docker|podman|ssh|kubectl)\b|\[\s|\|\||[>$<{}*?~%]|\\/;

/**
 * The script files that a command plainly runs: `node scripts/a.mjs`, `python x.py`, `./x.sh`. Empty where the command could make them, change the folder,
 * or go on without them. `-c`, `-m` and `-e` name no file.
 */
export function scriptFiles(command: string): ScriptFile[] {
  if (command.length > 1000 || doubtful.test(command)) return [];
  const found: ScriptFile[] = [];
  let from = 0;
  for (const line of command.split('\n')) {
    for (const words of simpleCommands(line)) {
      let i = 0;
      while (/^[A-Z_]\w*=/.test(words[i]?.text ?? '') || (wrappers.test(words[i]?.text ?? '') && words.length > i + 1)) i++;
      const first = words[i];
      if (!first) continue;
      if (/^\.{1,2}\//.test(first.text)) {
        if (script.test(first.text)) found.push({ path: first.text, at: from + first.at });
        continue;
      }
      if (!interpreters.test(first.text)) continue;
      i++;
      if (/^(?:run|test)$/.test(words[i]?.text ?? '') && /^(?:bun|deno)$/.test(first.text)) i++;
      // An option may take the next word: only `-u`, `--test` and their like are surely alone.
      while (/^(?:-[uxesB]|--(?:test|watch|no-warnings|experimental-strip-types|enable-source-maps|allow-[\w-]+))$/.test(words[i]?.text ?? '')) {
        if (/^-e$/.test(words[i]?.text ?? '') && !/^(?:bash|sh|zsh)$/.test(first.text)) break;
        i++;
      }
      const named = words[i];
      if (named && script.test(named.text)) found.push({ path: named.text, at: from + named.at });
    }
    from += line.length + 1;
  }
  return found.filter(({ path }) => !made.test(path));
}
