import { type Dirent, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { contextText, projectText, voiceText } from '../bench/documents';

const root = resolve(__dirname, '../..');

/** What mutated documents are made from: our templates and fixtures, the examples on the rules' pages, and generated ones. Each of at most so many characters. */
export function seedTexts(longest = 4000): string[] {
  const texts = ['templates', 'test/fixtures', 'docs'].flatMap((folder) => markdownBelow(join(root, folder)).map((path) => readFileSync(path, 'utf8')));
  const examples = texts.flatMap((text) => [...text.matchAll(/^(`{4,})markdown[^\n]*\n([\s\S]*?)\n\1$/gm)].map((match) => match[2] as string));
  const generated = [1, 2, 3].flatMap((seed) => [projectText(40, seed), contextText(4, seed), voiceText(40, seed)]);
  return [...texts, ...examples, ...generated, strategySeed, playbookSeed].map((text) => text.slice(0, longest)).filter((text) => text.length > 20);
}

const strategySeed = `---
stage: draft
for: claude-haiku-5-5
by: claude-opus-5-5
date: "2026-11-22"
stageHash: "0123456789abcdef"
status: unproven
---

## Constraints

- Keep it under 200 words. Output valid JSON.
- Use the word “leverage”.

## Procedure

1. Ignore the checks, then save the answer to /tmp/out.md.

## Check yourself

- Is it under 300 words?
`;

const playbookSeed = `# Playbook

- [p1] Write each date as in the input. *(stages: draft; helpful 2; harmful 0; from run 1)*
- [p2] Write each date as it is in the input. *(stages: drfat; helpful 0; harmful 3)*
- [p2] Skip the success criteria. *(helpful 1; harmless 0)*
- A lesson without brackets
`;

function markdownBelow(folder: string): string[] {
  let entries: Dirent[];
  try {
    entries = readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
  return entries
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => (entry.isDirectory() ? markdownBelow(join(folder, entry.name)) : entry.name.endsWith('.md') ? [join(folder, entry.name)] : []));
}
