import { lintText } from '../../src/lint/linter';
import { WorkspaceFacts } from '../../src/reference/workspaceFacts';
import { MemoryFiles } from '../core/memoryFiles';
import { contextText, projectText, terseContextText, voiceText, workspaceTexts } from './documents';
import { table } from './table';
import { median, ms } from './timing';

interface Series {
  name: string;
  unit: string;
  path: string;
  sizes: readonly number[];
  /** A document of a size, its text different for each run. */
  text(size: number, run: number): string;
}

const lengths = [250, 500, 1000, 2000, 4000, 8000];

const series: readonly Series[] = [
  { name: 'CLAUDE.md', unit: 'line', path: '/w/CLAUDE.md', sizes: lengths, text: projectText },
  { name: 'VOICE.md', unit: 'line', path: '/w/VOICE.md', sizes: lengths, text: voiceText },
  { name: 'CONTEXT.md', unit: 'stage', path: '/w/CONTEXT.md', sizes: [50, 100, 200, 400, 800, 1600], text: contextText },
  { name: 'CONTEXT.md, terse', unit: 'stage', path: '/w/CONTEXT.md', sizes: [500, 1000, 2000, 4000], text: terseContextText },
  {
    name: 'nested lists',
    unit: 'item',
    path: '/w/CLAUDE.md',
    sizes: [500, 2000, 8000],
    text: (size, run) => `# Lists\n\n${Array.from({ length: size }, (_, i) => `${'  '.repeat(i % 12)}- item ${i} of ${run}`).join('\n')}\n`,
  },
  {
    name: 'criteria in one list',
    unit: 'item',
    path: '/w/CONTEXT.md',
    sizes: [500, 2000, 8000],
    text: (size, run) =>
      `# T\n\n## Success Criteria\n\n${Array.from({ length: size }, (_, i) => `- names source ${i} of ${run}, at most ${i + 9} words`).join('\n')}\n\n## Stage 1: Draft\n\n- Task: Write.\n`,
  },
  {
    name: 'one long line',
    unit: '100 characters',
    path: '/w/CLAUDE.md',
    sizes: [50, 200, 800, 3200],
    text: (size, run) => `# Long ${run}\n\n${'word, another (word) and "words"; so on. See it. '.repeat(size * 2)}\n`,
  },
  {
    name: 'links in one paragraph',
    unit: 'link',
    path: '/w/CLAUDE.md',
    sizes: [250, 1000, 4000],
    text: (size, run) => `# Links ${run}\n\n${Array.from({ length: size }, (_, i) => `[link ${i}](docs/notes${i % 9}.md)`).join(' ')}\n`,
  },
  {
    name: 'code spans in one paragraph',
    unit: 'span',
    path: '/w/CLAUDE.md',
    sizes: [250, 1000, 4000],
    text: (size, run) => `# Spans ${run}\n\n${Array.from({ length: size }, (_, i) => `\`src/gone/part${i}.ts\` and \`npm run gone${i}\``).join(' or ')}\n`,
  },
  {
    name: 'comments',
    unit: 'comment',
    path: '/w/CLAUDE.md',
    sizes: [500, 2000, 8000],
    text: (size, run) => `# Comments ${run}\n\n${Array.from({ length: size }, (_, i) => `Line ${i}. <!-- note ${i} -->\n`).join('\n')}\n`,
  },
  {
    name: 'fences',
    unit: 'fence',
    path: '/w/CLAUDE.md',
    sizes: [500, 2000, 8000],
    text: (size, run) => `# Fences ${run}\n\n${Array.from({ length: size }, (_, i) => `Part ${i}:\n\n\`\`\`sh\nnpm run gone${i}\n\`\`\`\n`).join('\n')}\n`,
  },
];

/** Time against length for each kind of document and for what documents could be full of: the time for each unit stays the same. */
export async function growthBench(only?: string): Promise<string> {
  const folder = Object.fromEntries(Object.entries(workspaceTexts(300)).map(([path, text]) => [`/w/${path}`, text]));
  const files = new MemoryFiles({ ...folder, '/w/.git/HEAD': '' });
  const workspace = new WorkspaceFacts(files);
  const rows: string[][] = [['document', 'size', 'unit', 'time', 'for each unit', 'against the one before']];
  for (const { name, unit, path, sizes, text } of series) {
    if (only && name !== only) continue;
    await lintText({ path, text: text(sizes[0] ?? 1, 99), files, workspace });
    let before: number | undefined;
    for (const size of sizes) {
      const taken = await median((run) => lintText({ path, text: text(size, run), files, workspace }), size > 1000 ? 3 : 5);
      const each = taken / size;
      rows.push([name, String(size), unit, ms(taken), `${(each * 1000).toFixed(0)} µs`, before === undefined ? '' : `× ${(each / before).toFixed(2)}`]);
      before = each;
    }
  }
  return table(rows);
}
