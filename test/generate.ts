// Writes what is made from the rules: docs/rules.md, the schema of .haiku/lint.json, and the setting of the rules in package.json.
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { agentsFileUses, ruleLevels } from '../src/lint/configuration';
import { knownRules, type RuleSummary } from '../src/lint/rules/index';
import { examples } from './rulePages';

const root = resolve(__dirname, '..');

const kinds: [string, string][] = [
  ['context', 'CONTEXT.md'],
  ['voice', 'VOICE.md'],
  ['project', 'CLAUDE.md and its kin'],
  ['background', 'Background documents'],
  ['strategy', 'Strategies'],
  ['playbook', 'Playbooks'],
  ['reference', 'References'],
  ['file', 'Files'],
];

/** Path from the root → the text it should have. */
export async function generated(): Promise<Map<string, string>> {
  return new Map([
    ['docs/rules.md', await rulesDocument()],
    ['media/lint.schema.json', `${JSON.stringify(configurationSchema(), null, 2)}\n`],
    ['package.json', manifest()],
  ]);
}

/** Rule → how its finding is fixed, as the bad example on its page shows. */
async function fixesOfRules(): Promise<Map<string, string>> {
  const fixes = new Map<string, string>();
  for (const { id, bad } of examples()) {
    const own = (await bad.lint().catch(() => [])).filter(({ rule }) => rule === id).flatMap((issue) => issue.fixes);
    if (own.length) fixes.set(id, own.some(({ safe }) => safe) ? '`--fix`' : 'offered');
  }
  return fixes;
}

async function rulesDocument(): Promise<string> {
  const fixes = await fixesOfRules();
  const left = knownRules.filter(({ id }) => !kinds.some(([kind]) => id.startsWith(`${kind}/`)));
  if (left.length) throw new Error(`There is no heading for ${left.map(({ id }) => id).join(', ')}.`);
  const sections = kinds.map(([kind, heading]) => {
    const rows = knownRules.filter(({ id }) => id.startsWith(`${kind}/`)).map((rule) => row(rule, fixes.get(rule.id) ?? ''));
    return `## ${heading}\n\n| rule | severity | finds | fix |\n|---|---|---|---|\n${rows.join('\n')}\n`;
  });
  return `${introduction}\n${sections.join('\n')}`;
}

function row({ id, severity, title }: RuleSummary, fix: string): string {
  return `| [${id}](rules/${id}.md) | ${severity} | ${title.replaceAll('|', '\\|')} | ${fix} |`;
}

const introduction = `# Rules of the linter

<!-- Made by \`npm run generate\` from the rules and their pages: change those. -->

*error* is what will certainly fail, *warning* what most people would change, *info* what is good to know. Each rule has a page with its reason,
an example and how to switch it off; \`haiku-first lint --explain RULE\` prints it. A fix marked \`--fix\` changes nothing that was meant: the
command line makes it with \`--fix\`, the editor on save where \`source.fixAll.haikuFirst\` is switched on. One that is *offered* waits for a person.

Switch a rule off, or give it another severity:

- where it stands: \`<!-- haiku-first-ignore reference/path reason -->\` at the end of a line for that line, or on a line of its own for the next
  one (for all of the fenced code, where that begins there). Several rules are separated by commas; \`reference/*\` is all of a kind;
- in a file: \`<!-- haiku-first-ignore-file reference/path -->\` at its top;
- in the project: \`"rules": { "reference/path": "off" }\` in [\`.haiku/lint.json\`](lint.md#configuration);
- on your own screen: the setting \`haikuFirst.lint.rules\`.
`;

/** One property for each rule: what it can be, what it is, and what it finds. */
function ruleProperties(): Record<string, object> {
  return Object.fromEntries(
    knownRules.map(({ id, severity, title }) => [id, { type: 'string', enum: ruleLevels, default: severity, description: `${title}.` }]),
  );
}

function configurationSchema(): object {
  const texts = { type: 'array', items: { type: 'string', minLength: 1 } };
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'How Haiku First lints the steering files of this project (.haiku/lint.json)',
    type: 'object',
    additionalProperties: false,
    properties: {
      $schema: { type: 'string' },
      rules: {
        type: 'object',
        description: 'What each rule counts as. `kind/*` stands for all rules of a kind; what is said of a single rule counts more.',
        additionalProperties: false,
        properties: ruleProperties(),
        patternProperties: { [`^(?:${kinds.map(([kind]) => kind).join('|')})/\\*$`]: { type: 'string', enum: ruleLevels } },
      },
      ignore: { ...texts, description: 'Globs of files that are not linted, from the folder that holds .haiku. A folder stands for all below it.' },
      background: {
        type: 'array',
        items: { type: 'string', pattern: '^[^/]+$' },
        description: 'Names of files that count as background documents, such as DESIGN.md.',
      },
      launchBudget: {
        type: 'integer',
        minimum: 1,
        description: 'The most tokens that every session should load: CLAUDE.md and its kin, their imports, and rules without paths.',
      },
      agentsFile: {
        type: 'string',
        enum: agentsFileUses,
        default: 'fallback',
        description: 'When AGENTS.md counts as loaded: where no CLAUDE.md stands beside it (fallback), always, or never.',
      },
    },
  };
}

function manifest(): string {
  const json = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    contributes: { configuration: { properties: Record<string, object> } | { properties: Record<string, object> }[] };
  };
  const groups = [json.contributes.configuration].flat();
  const group = groups.find(({ properties }) => 'haikuFirst.lint.rules' in properties);
  if (!group) throw new Error('package.json has no setting haikuFirst.lint.rules.');
  const known = group.properties['haikuFirst.lint.rules'];
  group.properties['haikuFirst.lint.rules'] = { ...known, properties: ruleProperties(), additionalProperties: false };
  return `${JSON.stringify(json, null, 2)}\n`;
}

if (require.main === module) {
  void generated().then((files) => {
    for (const [path, text] of files) writeFileSync(join(root, path), text);
  });
}
