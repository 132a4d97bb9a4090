/** The kinds of steering files, by name. The same list decides what is linted, what is watched and which editor features apply. */
export const kinds = ['context', 'voice', 'project', 'background', 'strategy', 'playbook'] as const;
export type Kind = (typeof kinds)[number];

const forms: [Kind, RegExp][] = [
  ['playbook', /(?:^|\/)\.haiku\/strategies\/[^/]+\/playbook\.md$/],
  ['strategy', /(?:^|\/)\.haiku\/strategies\/[^/]+\/[^/]+\.md$/],
  // In small letters they are pages about contexts, voices and agents.
  ['context', /(?:^|\/)(?:CONTEXT|[^/]+\.context)\.md$/],
  ['voice', /(?:^|\/)VOICE\.md$/],
  ['project', /(?:^|\/)CLAUDE(?:\.local)?\.md$/i],
  ['project', /(?:^|\/)AGENTS\.md$/],
  ['project', /(?:^|\/)\.claude\/rules\/.+\.md$/i],
  ['background', /(?:^|\/)(?:ARCHITECTURE|PATTERNS)\.md$/i],
];

/** The globs by which an editor finds steering files. */
export const steeringGlobs = [
  '**/CONTEXT.md',
  '**/*.context.md',
  '**/VOICE.md',
  '**/CLAUDE.md',
  '**/CLAUDE.local.md',
  '**/AGENTS.md',
  '**/.claude/rules/**/*.md',
  '**/ARCHITECTURE.md',
  '**/PATTERNS.md',
  '**/.haiku/strategies/*/*.md',
];

/** What a file is by its path; undefined for no steering file. `background` adds names from settings, such as `DESIGN.md`. */
export function kindOf(path: string, background: readonly string[] = []): Kind | undefined {
  const normal = path.replace(/\\/g, '/');
  const known = forms.find(([, form]) => form.test(normal))?.[0];
  if (known) return known;
  return background.includes(normal.slice(normal.lastIndexOf('/') + 1)) ? 'background' : undefined;
}
