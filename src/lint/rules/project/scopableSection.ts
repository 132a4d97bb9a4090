import { posix } from 'node:path';
import { plural } from '../../../text';
import type { Finding, Rule } from '../../issue';
import { launchOf, rootOf } from '../launch';
import { tooManyLines } from './tooLong';

/** A section shorter than this is not worth a file of its own. */
const fewestLines = 15;
/** So many paths say plainly what a section is about. */
const fewestPaths = 4;
/** What lies here is the whole project's: its programs, its tools, all of its code. */
const general = /^(?:\.?bin|scripts?|tools?|src|lib|app|source|docs?|\.github|\.claude|config)$/i;

export const scopableSectionRule: Rule = {
  id: 'project/scopable-section',
  severity: 'info',
  title: 'A section about one folder, loaded in every session',
  kinds: ['project'],
  async check(subject) {
    if (!/\/CLAUDE(?:\.local)?\.md$/i.test(subject.path)) return [];
    // Below the root a file is loaded when something there is read: it is scoped already.
    if (posix.dirname(subject.path) !== (await rootOf(subject))) return [];
    const { launchBudget } = subject.facts;
    const overBudget = launchBudget !== undefined && (await launchOf(subject)).tokens > launchBudget;
    if (!overBudget && !tooManyLines(subject)) return [];
    const { markdown, project } = subject;
    const folder = posix.dirname(subject.path);
    const root = await subject.workspace.root(folder);
    const tree = await subject.workspace.tree(root);
    let heaviest: { finding: Finding; lines: number } | undefined;
    for (const section of markdown.sections.filter(({ depth }) => depth === 2 || depth === 3)) {
      const lines = markdown.text.slice(section.from, section.end).split('\n').length;
      if (lines < Math.max(fewestLines, heaviest?.lines ?? 0)) continue;
      const paths = project.spans
        .filter(({ from }) => from >= section.from && from < section.end)
        .map(({ text }) => posix.relative(root, posix.resolve(folder, text.replace(/[:#].*$/, ''))))
        .filter((path) => path.includes('/') && (tree.files.has(path) || tree.folders.has(path.replace(/\/$/, ''))));
      const common = commonFolder([...new Set(paths)]);
      if (new Set(paths).size < fewestPaths || !common || general.test(common) || (!common.includes('/') && isMostOf(common, tree.files))) continue;
      const at = section.from + markdown.text.slice(section.from).search(/[^#\s]/);
      const to = section.from + (markdown.text.slice(section.from, section.bodyFrom).trimEnd().length || 1);
      heaviest = {
        lines,
        finding: {
          message: `“${section.heading}” is ${plural(lines, 'line')} about ${common}/, loaded in every session. Move it into .claude/rules with \`paths: ${common}/**\`.`,
          range: markdown.range(at, to),
        },
      };
    }
    return heaviest ? [heaviest.finding] : [];
  },
};

/** Half of all files and more: what is about it is about the project. A handful of files are too few to tell. */
function isMostOf(folder: string, files: ReadonlySet<string>): boolean {
  let inside = 0;
  for (const file of files) if (file.startsWith(`${folder}/`)) inside++;
  return files.size > 50 && inside * 2 > files.size;
}

/** The deepest folder that all the paths lie in; undefined where that is the root. */
function commonFolder(paths: readonly string[]): string | undefined {
  const [first, ...others] = paths.map((path) => path.split('/').slice(0, -1));
  const common = (first ?? []).filter((_, i) => others.every((parts) => parts.slice(0, i + 1).join('/') === first?.slice(0, i + 1).join('/')));
  return common.length ? common.join('/') : undefined;
}
