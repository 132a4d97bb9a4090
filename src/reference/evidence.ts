import { editDistance } from '../steering/nearest';
import type { Departed } from './departed';
import type { Mention } from './mentions';
import type { PathForm } from './pathForm';
import { joined, type Place, parent } from './places';

/** Names that stand in many folders: that one of them is there, or has left, says nothing of another. */
const common =
  /^(?:index|main|mod|lib|readme|claude|agents|changelog|license|__init__|package|tsconfig|config|types?|utils?|helpers?|constants?|common|test|tests|src|docs|app|api|core|client|server|models?|schemas?|routes?|router|page|layout|route|setup|base|style|styles|makefile|dockerfile|build|cargo|pyproject)(?:\.|$)/i;

/** What shows that a missing path was meant to be a path of this tree, besides how it is written. */
export class Evidence {
  constructor(
    private readonly place: Place,
    private readonly departed: Departed,
    private readonly mentions: readonly Mention[],
  ) {}

  /** Where version control knew it: the folder it started from there, its likeliest first; undefined where it never was, or nobody knows. */
  known(form: PathForm, starts: readonly string[]): string | undefined {
    if (!this.departed.tells) return undefined;
    const { path } = form;
    for (const folder of starts) if (this.departed.knew(joined(folder, path) ?? '..')) return folder;
    if (form.start === '../' || form.start === '/') return undefined;
    const vague = form.segments.length < 3 && common.test(form.segments[form.segments.length - 1] as string);
    const ending = form.segments.length > 1 && !vague ? this.departed.endingIn(path) : [];
    const [first] = ending;
    if (first !== undefined && new Set(ending).size <= 3) return first.length === path.length ? '' : first.slice(0, -path.length - 1);
    return undefined;
  }

  /** The one file of a name that version control knew, for a name without its folder. */
  knownName(form: PathForm): string | undefined {
    const [only, more] = form.segments.length === 1 ? this.departed.named(form.path) : [];
    return more === undefined ? only : undefined;
  }

  /** True where a file of that name left from elsewhere, or stands elsewhere, or a slip or another kind of it stands beside. */
  kin(form: PathForm, target: string): boolean {
    const { index } = this.place;
    const name = form.segments[form.segments.length - 1] as string;
    const above = parent(target);
    const stem = name.replace(/(?<=\w)\.[A-Za-z]\w*$/, '').toLowerCase();
    if (above === '' || index.isFolder(above)) {
      const longest = Math.max(1, Math.floor(stem.length / 7));
      for (const entry of index.in(above)) {
        const other = entry.path.slice(above ? above.length + 1 : 0).toLowerCase();
        // `models.py` that grew into `models/`.
        if (form.file && entry.folder && other === stem && stem.length > 2) return true;
        if (entry.folder === form.file || Math.abs(other.length - name.length) > longest || stem.length < 4) continue;
        const distance = editDistance(other, name.toLowerCase());
        if (distance > 0 && distance <= longest && other.replace(/\d/g, '') !== name.toLowerCase().replace(/\d/g, '')) return true;
      }
    }
    // The folder it stood in has left as a whole.
    if (above !== '' && !index.has(above) && this.departed.knew(above)) return true;
    if (form.segments.length < 2 || common.test(name)) return false;
    const same = index.named(name).filter((entry) => (form.folder ? entry.folder : !entry.folder || !form.file));
    if (same.length > 0 && same.length <= 3 && stem.length > 3) return true;
    const left = form.file ? this.departed.named(name) : [];
    return left.length > 0 && left.length <= 3 && same.length === 0;
  }

  /** True where the same block names others of the same folder and kind that are there. */
  hasSiblings(mention: Mention, target: string): boolean {
    const above = parent(target);
    if (mention.block === undefined || !mention.form.file || !this.place.index.isFolder(above)) return false;
    const ending = target.slice(target.lastIndexOf('.'));
    const found = new Set<string>();
    for (const other of this.mentions) {
      if (other.block !== mention.block || other === mention || !other.form.path.endsWith(ending)) continue;
      const name = other.form.segments[other.form.segments.length - 1] as string;
      const at = joined(above, name) ?? '..';
      if (this.place.index.has(at) && (other.form.segments.length === 1 || at.endsWith(other.form.path))) found.add(at);
    }
    return found.size >= 2;
  }
}
