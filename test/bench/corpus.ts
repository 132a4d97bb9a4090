import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { projectText } from './documents';

/** Characters of the documents written where no corpus is at hand: as long as those that people have, short ones and one very long. */
const usualLengths = [1200, 1700, 2300, 2900, 3400, 4000, 4600, 5200, 6000, 7000, 8000, 9500, 11_000, 13_000, 16_000, 24_000];

/** A folder of the corpus that `HAIKU_FIRST_CORPUS` names, or that folder itself where it has no such part; undefined where none is named. */
export function corpusFolder(part: string, corpus = process.env.HAIKU_FIRST_CORPUS): string | undefined {
  return corpus && existsSync(join(corpus, part)) ? join(corpus, part) : corpus || undefined;
}

/** The real steering files of the corpus, each in a folder of its project; documents of our own where there is none. */
export function steeringTexts(folder = corpusFolder('steering')): { name: string; text: string }[] {
  if (!folder) return usualLengths.map((length, i) => ({ name: `generated-${i}/CLAUDE.md`, text: projectText(2000, i + 1).slice(0, length) }));
  if (!existsSync(folder)) throw new Error(`There is no folder ${folder}: set HAIKU_FIRST_CORPUS to one of steering files, or not at all.`);
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.md'))
    .sort()
    .map((path) => ({ name: `${basename(dirname(path))}/${basename(path)}`, text: readFileSync(join(folder, path), 'utf8') }));
}

/** Fill a folder with so many files, the texts again and again, each in a folder of its own. */
export function fillFolder(folder: string, files: number, texts = steeringTexts()): void {
  for (let i = 0; i < files; i++) {
    const { name, text } = texts[i % texts.length] as { name: string; text: string };
    const path = join(folder, `${dirname(name)}-${Math.floor(i / texts.length)}`, basename(name));
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
}
