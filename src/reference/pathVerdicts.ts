import { posix } from 'node:path';
import { kindOf } from '../steering/kinds';
import type { ProjectDocument } from '../steering/project';
import { type DeadPath, PathJudge } from './pathJudge';
import { type Place, placeOf } from './places';
import { diagramEntries } from './treeDiagram';
import type { WorkspaceFacts } from './workspaceFacts';

export interface PathVerdicts {
  root: string;
  dead: DeadPath[];
}

/** The dead paths of a document, in order: spans, prose, arguments of commands, entries of tree diagrams. Empty where the tree can't be known whole. */
export async function pathVerdicts(document: ProjectDocument, workspace: WorkspaceFacts): Promise<PathVerdicts | undefined> {
  const place = await placeOf(document.path, workspace);
  if (!place) return undefined;
  const own = posix.relative(place.root, document.path);
  if (describesAnother(own) || isOfOtherTimes(own) || (kindOf(document.path) !== 'project' && !describesHere(own, place))) return undefined;
  const judge = new PathJudge(document, workspace, place);
  const { dead, excused, live } = await judge.all();
  const entries = diagramEntries(document, place.index, place.chain, (block) => judge.bases.of(block), judge.read.blocks);
  for (const entry of entries) if (!(await judge.covered([entry.target]))) dead.push(entry);
  // A document of which little is found describes something else than this tree, but for what history knows.
  const unknown = new Set(dead.filter(({ known }) => !known).map(({ text }) => bare(text))).size;
  const sure = unknown > 2 && live < unknown ? dead.filter(({ known }) => known) : dead;
  if (!sure.length) return { root: place.root, dead: [] };
  for (const path of guides(place)) {
    if (path === document.path) continue;
    const said = await workspace.derive(`absences ${path}`, async () => (await new PathJudge(await workspace.document(path), workspace, place).all()).excused);
    for (const known of said) excused.add(known);
  }
  return { root: place.root, dead: sure.filter(({ text }) => !excused.has(bare(text))).sort((a, b) => a.from - b.from) };
}

/** The project's own guides at the root: what they say once to be made, or to be there at times, holds for every document. */
function guides(place: Place): string[] {
  return ['CLAUDE.md', 'AGENTS.md'].filter((name) => place.index.at(name)?.folder === false).map((name) => posix.join(place.root, name));
}

function bare(text: string): string {
  return text.replace(/^(?:\.?\/)+|\/+$/g, '');
}

/** A document below such a folder is made for other projects than the one it stands in. */
export function describesAnother(path: string): boolean {
  return posix
    .dirname(path)
    .split('/')
    .some((name) =>
      /^(?:templates?|fixtures?|__fixtures__|testdata|test-?data|evals?|scaffold\w*|cookiecutter\w*|boilerplates?|snapshots?|\{\{.*)$/i.test(name),
    );
}

/** Below such a folder stand accounts of what was, or of what may come. */
function isOfOtherTimes(path: string): boolean {
  return posix
    .dirname(path)
    .split('/')
    .some((name) =>
      /^(?:histor(?:y|ical)|archived?|archives|_?old|legacy|deprecated|rfcs?|plans?|planning|\.planning|proposals?|adrs?|decisions|changelogs?|drafts?|ideas|research|postmortems?|meetings|reports?|\d{4}-?\d\d(?:-?\d\d)?(?:[-_].*)?)$/i.test(
        name,
      ),
    );
}

/** A page such as ARCHITECTURE.md is about the tree it stands in only beside what makes a project of it, or in that one's docs. */
function describesHere(path: string, place: Place): boolean {
  const folder = posix.dirname(path);
  const above = /^(?:docs?|documentation|\.github)$/i.test(posix.basename(folder)) ? posix.dirname(folder) : folder;
  return above === '.' || place.index.in(above).some((entry) => manifest.test(posix.basename(entry.path)));
}

const manifest =
  /^(?:package\.json|cargo\.toml|pyproject\.toml|setup\.py|go\.mod|composer\.json|build\.gradle(?:\.kts)?|pom\.xml|gemfile|mix\.exs|pubspec\.yaml|cmakelists\.txt|.*\.(?:csproj|sln|gemspec)|deno\.json|makefile)$/i;
