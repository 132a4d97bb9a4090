/** File names that never enter a bundle, whoever names them. */

const secret = [
  /^\.env(?:\..+)?$/i,
  /\.env$/i,
  /\.(?:pem|key|p12|pfx|jks|keystore|kdbx|ppk|asc|gpg)$/i,
  /^id_(?:rsa|dsa|ecdsa|ed25519)(?:[._-].*)?$/i,
  /^credentials/i,
  /^secrets?\.(?:json|ya?ml|toml|ini|txt|env)$/i,
  /^\.(?:netrc|npmrc|pypirc|pgpass|htpasswd|git-credentials)$/i,
  /^(?:service[-_]?account|client[-_]secret).*\.json$/i,
];
// Their values are placeholders: made to be read.
const example = /^\.env\.(?:example|sample|template|dist)$/i;
const secretFolder = /(?:^|\/)\.(?:ssh|aws|gnupg|kube)\//i;

/** Why a file looks like it holds a secret; undefined where it does not. Judged by its path alone. */
export function secretReason(path: string): string | undefined {
  const name = path.slice(path.lastIndexOf('/') + 1);
  if (example.test(name)) return undefined;
  return secretFolder.test(path) || secret.some((form) => form.test(name)) ? 'looks like a secret by its name, and is never sent' : undefined;
}

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
