import { posix } from 'node:path';
import { type Files, UserError } from '../ports';
import type { AgentsFile } from '../reference/launch';
import { globMatcher } from '../steering/glob';
import { nearest } from '../steering/nearest';
import { isWithin, workspaceOf } from '../steering/task';
import { LineIndex, type Range } from '../text';
import { severities } from './issue';
import type { RuleSettings } from './linter';
import { type PlacedJson, readPlacedJson } from './placedJson';
import { knownRules } from './rules/index';

/** Where a project says how it wants to be linted: below its root, or below any folder of it. */
export const configurationPath = '.haiku/lint.json';

export const ruleLevels = ['off', ...severities] as const;

/** When AGENTS.md counts as loaded: `fallback` where no CLAUDE.md stands beside it, `always`, or `never`. */
export const agentsFileUses = ['fallback', 'always', 'never'] as const satisfies readonly AgentsFile[];
export type AgentsFileUse = (typeof agentsFileUses)[number];

/** What `.haiku/lint.json` says. */
export interface Configuration {
  /** By rule id; `kind/*` is spelled out. */
  rules: RuleSettings;
  /** Globs of files that are not linted, from the folder that holds `.haiku`. */
  ignore: string[];
  /** Names of files that count as background documents besides the known ones. */
  background: string[];
  /** The most tokens that every session should load. */
  launchBudget?: number;
  agentsFile?: AgentsFile;
}

/** What is wrong with a configuration, and where: for a person at the command line, and for the Problems panel. */
export interface ConfigurationProblem {
  message: string;
  range: Range;
}

const keys = ['$schema', 'rules', 'ignore', 'background', 'launchBudget', 'agentsFile'];

/** What a configuration file says, with every problem in it; what is wrong is left out of the configuration. Never throws. */
export function parseConfiguration(text: string): { configuration: Configuration; problems: ConfigurationProblem[] } {
  const configuration: Configuration = { rules: {}, ignore: [], background: [] };
  const problems: ConfigurationProblem[] = [];
  const index = new LineIndex(text);
  const problem = (place: { from: number; to: number }, message: string) => problems.push({ message, range: index.range(place.from, place.to) });
  const read = readPlacedJson(text);
  if ('expected' in read) {
    const comment = text.startsWith('//', read.offset) || text.startsWith('/*', read.offset);
    const place = { from: read.offset, to: Math.min(text.length, read.offset + 1) };
    problem(place, comment ? 'This is no JSON: it has no comments. Take the comment out.' : `This is no JSON: expected ${read.expected}.`);
    return { configuration, problems };
  }
  if (read.value.kind !== 'object') {
    problem(read.value, 'The configuration is an object: write it as { "rules": { … } }.');
    return { configuration, problems };
  }
  const texts = (name: string, value: PlacedJson): string[] => {
    if (value.kind !== 'array') problem(value, `“${name}” is a list of texts: write it as ["…"].`);
    return (value.kind === 'array' ? value.items : []).flatMap((item) => {
      if (item.kind === 'scalar' && typeof item.value === 'string' && item.value.trim()) return [item.value];
      problem(item, `“${name}” is a list of texts, and this is none: put it in double quotes.`);
      return [];
    });
  };
  const seen = new Set<string>();
  for (const { key, value, from, to } of read.value.entries) {
    if (seen.has(key)) problem({ from, to }, `“${key}” stands here a second time: put both into one.`);
    seen.add(key);
    if (key === 'rules') configuration.rules = rulesIn(value, problem);
    else if (key === 'ignore') configuration.ignore = texts(key, value);
    else if (key === 'background') {
      configuration.background = texts(key, value);
      if (configuration.background.some((name) => name.includes('/')))
        problem(value, '“background” is a list of file names: write “DESIGN.md”, without a folder.');
    } else if (key === 'launchBudget') {
      if (value.kind === 'scalar' && typeof value.value === 'number' && Number.isInteger(value.value) && value.value > 0)
        configuration.launchBudget = value.value;
      else problem(value, '“launchBudget” is a whole number of tokens, such as 5000.');
    } else if (key === 'agentsFile') {
      const use = agentsFileUses.find((known) => value.kind === 'scalar' && value.value === known);
      if (use) configuration.agentsFile = use;
      else problem(value, `“agentsFile” is ${oneOf(agentsFileUses)}.`);
    } else if (key !== '$schema') {
      const near = nearest(key, keys);
      problem({ from, to }, `There is no “${key}” in the configuration. ${near ? `Did you mean “${near}”?` : `It has ${oneOf(keys, 'and')}.`}`);
    }
  }
  return { configuration, problems };
}

function rulesIn(value: PlacedJson, problem: (place: PlacedJson | { from: number; to: number }, message: string) => void): RuleSettings {
  if (value.kind !== 'object') {
    problem(value, '“rules” is an object: write it as { "kind/name": "off" }.');
    return {};
  }
  const ids = knownRules.map(({ id }) => id);
  const ofKinds: RuleSettings = {};
  const single: RuleSettings = {};
  for (const { key, value: level, from, to } of value.entries) {
    const found = ruleLevels.find((known) => level.kind === 'scalar' && level.value === known);
    if (!found) problem(level, `“${key}” can be ${oneOf(ruleLevels)}.`);
    const matching = key.endsWith('/*') ? ids.filter((id) => id.startsWith(key.slice(0, -1))) : ids.filter((id) => id === key);
    if (!matching.length) {
      // A name alone is that of a rule of some kind.
      const named = ids.filter((id) => id.endsWith(`/${key}`));
      const near = named.length === 1 ? named[0] : nearest(key, ids);
      problem({ from, to }, `There is no rule “${key}”. ${near ? `Did you mean “${near}”?` : 'docs/rules.md lists the rules.'}`);
    }
    if (found) for (const id of matching) (key.endsWith('/*') ? ofKinds : single)[id] = found;
  }
  // Whatever their order: what is said of one rule is meant, what is said of a kind is for the rest.
  return { ...ofKinds, ...single };
}

function oneOf(names: readonly string[], word = 'or'): string {
  return `${names
    .slice(0, -1)
    .map((name) => `“${name}”`)
    .join(', ')} ${word} “${names.at(-1)}”`;
}

/** How the files of one folder are linted. */
export interface LintConfiguration extends Configuration {
  /** The configuration file, absolute; undefined where there is none. */
  path?: string;
  problems: ConfigurationProblem[];
  /** True for a file that the configuration leaves out. */
  ignores(path: string): boolean;
}

/** Finds the configuration of each file: the nearest `.haiku/lint.json` from its folder up to the workspace root. Each is read once. */
export class Configurations {
  private readonly found = new Map<string, Promise<LintConfiguration>>();
  private readonly roots = new Map<string, Promise<string>>();

  constructor(private readonly files: Files) {}

  /** For a file, by its absolute path. Never throws for what stands in a configuration: that is in its `problems`. */
  of(path: string): Promise<LintConfiguration> {
    return this.ofFolder(posix.dirname(path));
  }

  /** The same for all that stands directly in a folder. */
  async ofFolder(folder: string): Promise<LintConfiguration> {
    let root = this.roots.get(folder);
    if (!root) {
      root = workspaceOf(folder, this.files);
      this.roots.set(folder, root);
    }
    return this.search(folder, await root);
  }

  private search(folder: string, root: string): Promise<LintConfiguration> {
    let known = this.found.get(folder);
    if (!known) {
      known = this.read(folder, root);
      this.found.set(folder, known);
    }
    return known;
  }

  private async read(folder: string, root: string): Promise<LintConfiguration> {
    const path = posix.join(folder, configurationPath);
    if ((await this.files.stat(path))?.kind === 'file') return this.parse(path, folder);
    const above = posix.dirname(folder);
    return folder === root || above === folder ? { rules: {}, ignore: [], background: [], problems: [], ignores: () => false } : this.search(above, root);
  }

  private async parse(path: string, folder: string): Promise<LintConfiguration> {
    const { configuration, problems } = await this.parsed(path);
    const matches = globMatcher(configuration.ignore.flatMap(spelledOut));
    return { ...configuration, path, problems, ignores: (file) => isWithin(folder, file) && matches(posix.relative(folder, file)) };
  }

  private async parsed(path: string): Promise<ReturnType<typeof parseConfiguration>> {
    try {
      return parseConfiguration(await this.files.read(path));
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      const start = { line: 0, character: 0 };
      return {
        configuration: { rules: {}, ignore: [], background: [] },
        problems: [{ message: error.message.replace(`${path} `, 'This file '), range: { start, end: start } }],
      };
    }
  }
}

/** A glob as .gitignore reads it: a folder stands for all below it, and a name without a slash for that name anywhere. */
function spelledOut(glob: string): string[] {
  const anchored = glob.replace(/^\.?\//, '').replace(/\/$/, '');
  const start = anchored.includes('/') || /^\.?\//.test(glob) ? anchored : `**/${anchored}`;
  return [start, `${start}/**`];
}

/**
 * What each rule counts as: what the project says, and over it what the person's own settings say. The file is everybody's word, the setting
 * is for one's own screen.
 */
export function effectiveRules(configuration: Pick<Configuration, 'rules'>, personal: RuleSettings = {}): RuleSettings {
  return { ...configuration.rules, ...personal };
}

/** The first problem as an error, for where nobody could be shown the others. */
export function configurationError(configuration: LintConfiguration): UserError | undefined {
  const [first, ...more] = configuration.problems;
  if (!first) return undefined;
  return new UserError(first.message, {
    path: configuration.path,
    line: first.range.start.line,
    ...(more.length ? { todo: `${more.length} more in this file.` } : {}),
    exitCode: 2,
  });
}
