import { posix } from 'node:path';
import { editDistance } from '../../../steering/nearest';
import type { Subject } from '../../issue';

/** Extensions of files that projects keep: what else ends in a dot and letters may be a symbol, a host or a method. */
export const fileExtension =
  /\.(?:md|mdx|mdc|markdown|txt|rst|adoc|json|jsonc|json5|jsonl|ya?ml|toml|ini|cfg|conf|lock|xml|csv|tsv|sql|html?|css|scss|sass|less|svg|png|jpe?g|gif|webp|ico|js|mjs|cjs|jsx|ts|mts|cts|tsx|vue|svelte|astro|py|pyi|ipynb|rb|erb|go|rs|java|kt|kts|swift|m|mm|c|h|cc|cpp|hpp|cs|fs|php|lua|dart|scala|clj|ex|exs|erl|hs|ml|jl|r|sh|bash|zsh|fish|ps1|bat|cmd|proto|graphql|gql|tf|hcl|gradle|properties|sol|zig|nix|tmpl|tpl|j2|njk|hbs|ejs|liquid|snap|golden|patch|plist|wasm)$/i;

/** Stands for something a reader fills in. */
export const placeholder =
  /[<>{}[\]*?$%|…]|\.\.\.|(?:^|[/_.-])(?:path|to|your|my|foo|bar|baz|some|example|examples?-name|xxx+|name|yyyy|file ?name|placeholder)(?:[/_.-]|$)|\bpath\/to\b/i;

/** A sentence that says of its file that it need not be there: to be made, an output, an example, gone. */
export const saysNotThere =
  /\b(?:creat(?:e[sd]?|ing)|add(?:s|ed|ing)?|new|generat(?:e[sd]?|ing)|writ(?:e|es|ten|ing)|scaffold\w*|output(?:s|ted)?|produces?d?|emit(?:s|ted)?|builds? (?:to|into)|sav(?:e[sd]?|ing)|stor(?:e[sd]?|ing) (?:in|at|under|as)|e\.g\.?|for example|for instance|example|examples|such as|suppose|imagine|would|hypothetical|if (?:it |they |one )?(?:exists?|present)|when present|where present|optional(?:ly)?|not (?:yet|tracked|committed|checked|exist|present|available|in the repo)|does(?:n't| not) exist|no longer|git-?ignored?|ignored|untracked|planned|future|todo|upcoming|remov(?:e[sd]?|ing)|delet(?:e[sd]?|ing)|deprecated|legacy|obsolete|former(?:ly)?|previous(?:ly)?|renam(?:e[sd]?|ing)|mov(?:e[sd]|ing)|migrat(?:e[sd]?|ing)|replac(?:e[sd]?|ing)|instead of|rather than|download(?:s|ed)?|clon(?:e[sd]?|ing)|install(?:s|ed)? (?:to|into|in)|copied|cop(?:y|ies)|put|place[sd]?|mirror(?:s|ed)?|upstream|other repo\w*|separate repo\w*|named|naming|pattern|convention|called|import(?:s|ed)? from|wrong|bad|don't|avoid|never)\b|❌|✗|→|(?<!-)->|=>/i;

/** The same of a command: its sentence is about other things too, so only what is said of scripts and targets counts. */
export const saysNoCommand =
  /\b(?:(?:add|creat|defin)(?:e|es|s|ing|ed)?\s+(?:\S+\s+){0,3}(?:scripts?|targets?|commands?|tasks?)|e\.g|for example|for instance|examples?|such as|would|if (?:it |they |one )?(?:exists?|present|available|defined)|not (?:yet|available|exist|present|defined)|does(?:n't| not) (?:exist|have)|there is no|no longer|removed|deprecated|obsolete|planned|future|upcoming|renamed|instead of|rather than|never|don't|do not|upstream|(?:other|separate|another) (?:repo\w*|project))\b|❌|✗/i;

/** Where a path may start: the document's folder, the folders above it up to the root, and every package. */
export async function starts(subject: Subject): Promise<{ root: string; folders: string[] }> {
  const folder = posix.dirname(subject.path);
  const root = await subject.workspace.root(folder);
  const folders: string[] = [];
  for (let at = folder; at.startsWith(root); at = posix.dirname(at)) {
    folders.push(at);
    if (at === root || at === posix.dirname(at)) break;
  }
  return { root, folders };
}

/** The one file of the workspace that a dead path most likely means: the same name elsewhere, or a slip in one name of the same folder. Relative to `from`. */
export async function nearestFile(subject: Subject, from: string, written: string): Promise<string | undefined> {
  const { root } = await starts(subject);
  const tree = await subject.workspace.tree(root);
  if (!tree.complete) return undefined;
  const wanted = posix.relative(root, posix.resolve(from, written));
  const name = posix.basename(wanted);
  const folder = posix.dirname(wanted);
  const same: string[] = [];
  let near: string | undefined;
  let nearDistance = Math.max(1, Math.floor(name.length / 4)) + 1;
  let tied = false;
  for (const file of tree.files) {
    const base = file.slice(file.lastIndexOf('/') + 1);
    if (base === name) same.push(file);
    else if (posix.dirname(file) === folder && Math.abs(base.length - name.length) < nearDistance) {
      const distance = editDistance(base.toLowerCase(), name.toLowerCase());
      if (distance === nearDistance) tied = true;
      else if (distance < nearDistance) {
        near = file;
        nearDistance = distance;
        tied = false;
      }
    }
  }
  // A name that stands everywhere (index.ts, README.md) says nothing.
  const found = same.length === 1 ? same[0] : same.length === 0 && !tied ? near : undefined;
  if (found === undefined) return undefined;
  const relative = posix.relative(from, posix.join(root, found));
  return written.startsWith('./') && !relative.startsWith('.') ? `./${relative}` : relative;
}
