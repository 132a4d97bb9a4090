/** What a token looks like, before anything is known of the files: a path, and of which sort. */

export interface PathForm {
  /** As written, without a line number or symbol behind it. */
  text: string;
  /** Without `./` before and `/` after it; `..` stays. */
  path: string;
  segments: string[];
  /** Says by a slash at its end that it is a folder. */
  folder: boolean;
  /** Ends like a file that projects keep. */
  file: boolean;
  /** What it is said to start from: nothing said, `./`, `../`, or `/`. */
  start: '' | './' | '../' | '/';
}

/** Extensions of files that projects keep: what else ends in a dot and letters may be a symbol, a host or a method. */
export const fileExtension =
  /\.(?:md|mdx|mdc|markdown|txt|rst|adoc|json|jsonc|json5|jsonl|ya?ml|toml|ini|cfg|conf|lock|xml|csv|tsv|sql|html?|css|scss|sass|less|svg|png|jpe?g|gif|webp|ico|js|mjs|cjs|jsx|ts|mts|cts|tsx|vue|svelte|astro|py|pyi|ipynb|rb|erb|rake|go|rs|java|kt|kts|swift|m|mm|c|h|cc|cpp|hpp|cs|csproj|sln|fs|php|lua|dart|scala|clj|ex|exs|erl|hs|ml|jl|r|sh|bash|zsh|fish|ps1|bat|cmd|proto|graphql|gql|prisma|tf|hcl|gradle|properties|sol|zig|nix|tmpl|tpl|j2|njk|hbs|ejs|liquid|snap|golden|patch|plist|wasm|mk)$/i;

const documentExtension = /\.(?:md|mdx|mdc|markdown|txt|rst|adoc)$/i;
const sourceExtension =
  /\.(?:js|mjs|cjs|jsx|ts|mts|cts|tsx|vue|svelte|astro|py|pyi|rb|go|rs|java|kt|kts|swift|cpp|hpp|cs|php|lua|dart|scala|ex|exs|sh|sql|proto|graphql|css|scss)$/i;

/** Stands for something a reader fills in. */
export const placeholder =
  /[<>{}[\]*?$%|…]|\.\.\.|(?:^|[/_.-])(?:path|to|your|my|foo|bar|baz|qux|some|xxx+|yyyy|placeholder|example|examples?-name|name|file ?name|file|feature|module|component|something|whatever|nnn+)(?:[/_.-]|$)|\bpath\/to\b|(?:^|[/_.-])(?:My|Your|Some|Foo|Bar|Example)[A-Z]\w*/;

/** Patterns of dates and numbers, of how names are written, and ranges: `YYYYMMDD_name`, `kebab-case.tsx`, `py311-py314`. */
const namePattern =
  /YYYY|MMDD|HHMM|DDMM|(?:^|[_.-])(?:NNN+|XXX+|0{3,}[xX]+)(?:[_.-]|$)|^(?:kebab|snake|camel|pascal|dot|lower|upper)[-_]?case|^([A-Za-z_.-]*)\d+-\1\d+$|^v?\d+\.\d+-v?\d+\.\d+$/i;

/** Whole names or stems that only stand for a kind of file. */
const genericStem =
  /^(?:foo|bar|baz|qux|my|your|some|new|an?other|example|sample|demo|placeholder|file|filename|name|script|test_?file|test_?foo|xxx+|xyz|abc|module|component|feature|thing|something|whatever|dummy|hello|input|output|out|result|results|template|foo_?bar)s?$/i;

export function isDocument(path: string): boolean {
  return documentExtension.test(path);
}

export function isSource(path: string): boolean {
  return sourceExtension.test(path);
}

/** True where a name is a stand-in: the reader is meant to think of one of his own. */
export function standsIn(form: PathForm): boolean {
  const real = form.segments.filter((segment) => segment !== '..');
  // A folder of real projects may be called like that (`examples/`), a file's stem or a middle name rarely is.
  return real.some((segment, i) => {
    const stem = segment.replace(/(?:\.[A-Za-z]\w*)+$/, '');
    const last = i === real.length - 1 && !form.folder;
    if (namePattern.test(stem)) return true;
    return /^(?:foo|bar|baz|qux|my|your|some|xxx+|yyyy|placeholder)(?:[_.-]|$)|(?:[_.-])(?:foo|bar|baz|qux)$|^(?:[Mm]y|[Yy]our|[Ss]ome|[Ff]oo|Bar)[A-Z]/.test(
      segment,
    ) ||
      (last && form.file && (genericStem.test(stem) || /(?:^|[_-])(?:specific|particular|your|some|foo|bar|baz|xyz)(?:[_-]|$)/i.test(stem))) ||
      (/^(?:path|to)$/.test(segment) && real.includes('to'))
      ? true
      : /(?:^|[_-])(?:N{1,4}|X{2,}|YYYY|MM|DD)(?:[_.-]|$)/.test(segment);
  });
}

/** The path in a token; undefined where it is surely none: a glob, a host, a scope, a home path, prose with slashes of other letters. */
export function pathForm(token: string): PathForm | undefined {
  const text = token.replace(/(?::\d+(?:[-:,]\d+)*|::[\w:]+(?:\(\))?|#L?[\w-]*|:[A-Za-z_]\w*(?:\(\))?)$/, '');
  if (!text || text.length > 300 || !/^(?:\.{1,2}\/|\/)?[\w.+-][\w.+@()-]*(?:\/(?:[\w.+@()-]+|\[\.{0,3}\w+\]))*\/?$/.test(text)) return undefined;
  if (/\.{3}|\/\.\.\/\w.*\/\.\.\/|\([^)]*$|^[^(]*\)/.test(text)) return undefined;
  const start = /^\.\.\//.test(text) ? '../' : text.startsWith('./') ? './' : text.startsWith('/') ? '/' : '';
  const path = text.replace(/^(?:\.?\/)+/, '').replace(/\/+$/, '');
  if (!path || /^\.+$/.test(path)) return undefined;
  const segments = path.split('/');
  const first = segments[0] as string;
  // A host, a module's path, an image: docs.rs/x, github.com/a/b, charm.land/fantasy.
  if (
    segments.length > 1 &&
    start === '' &&
    /^[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}$/i.test(first) &&
    !first.startsWith('.') &&
    !/^[\w-]+\.(?:d|app|xcodeproj|xcworkspace)$/i.test(first)
  )
    return undefined;
  if (first.startsWith('@') || /^[\d.]+$/.test(path) || /^v?\d+(?:\.\d+)+$/.test(path)) return undefined;
  // A date, a fraction, a version range.
  if (segments.every((segment) => /^\d+$/.test(segment))) return undefined;
  return { text, path, segments, folder: /\/$/.test(text), file: fileExtension.test(path), start };
}
