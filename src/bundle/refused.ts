/** File names that a glob passes over. */

const locks =
  /^(?:package-lock\.json|npm-shrinkwrap\.json|yarn\.lock|pnpm-lock\.yaml|bun\.lockb?|Cargo\.lock|poetry\.lock|uv\.lock|Pipfile\.lock|composer\.lock|Gemfile\.lock|go\.sum|flake\.lock)$/i;
const binaries =
  /\.(?:png|jpe?g|gif|webp|avif|ico|bmp|tiff?|pdf|zip|gz|tgz|bz2|xz|7z|rar|jar|war|class|exe|dll|so|dylib|o|a|wasm|node|pyc|woff2?|ttf|otf|eot|mp[34]|m4a|wav|ogg|webm|mov|avi|sqlite3?|db|bin|vsix|docx?|xlsx?|pptx?)$/i;
const generated = /\.min\.(?:js|css)$|\.map$/i;

/** Why a file that a glob matched is passed over; undefined where it is not. A person may still name the file itself. */
export function passedOverReason(path: string): string | undefined {
  const name = path.slice(path.lastIndexOf('/') + 1);
  if (locks.test(name)) return 'is a lock file';
  if (binaries.test(name)) return 'is no text';
  return generated.test(name) ? 'is generated' : undefined;
}
