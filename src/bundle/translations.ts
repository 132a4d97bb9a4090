/**
 * Files of words in one language that stand in another language, too: they say the same again, and are left out of what fits a query unless it speaks of
 * translations.
 */

const words = /\.(?:mdx?|rst|txt|adoc|html?|json5?|ya?ml|toml|po|xlf|xliff|properties|arb|strings|resx|ftl|srt)$/i;
const languages = 'ar|bg|bn|ca|cs|da|de|el|es|et|fa|fi|fr|he|hi|hr|hu|id|it|ja|jp|ko|kr|lt|lv|ms|nb|nl|no|pl|pt|ro|ru|sk|sl|sr|sv|ta|th|tr|uk|ur|vi|zh';
const language = `(?:${languages})(?:[-_](?:[a-z]{2}|hans|hant|latn|cyrl|419))?`;
/** `docs/zh-cn/…`, `values-de/…` */
const folder = new RegExp(`(^|/)([\\w-]+-)??${language}(?=/)`, 'gi');
/** `README.zh-CN.md`, `messages_de.properties`, `locales/fr.json` */
const ending = new RegExp(`([._-])${language}(?=\\.\\w+$)`, 'i');
const whole = new RegExp(`(^|/)${language}(?=\\.\\w+$)`, 'i');

/** Why such files are passed over. */
export const translationReason = 'is a translation of another file (a query that speaks of translations finds it)';

const names =
  'arabic|chinese|czech|danish|dutch|farsi|finnish|french|german|greek|hebrew|hindi|hungarian|indonesian|italian|japanese|korean|norwegian|persian|polish|portuguese|romanian|russian|spanish|swedish|thai|turkish|ukrainian|vietnamese';
const scripts = ['Han', 'Hiragana', 'Katakana', 'Hangul', 'Cyrillic', 'Arabic', 'Hebrew', 'Thai', 'Devanagari']
  .map((script) => `\\p{Script=${script}}`)
  .join('');
/** `translate`, `i18n`, `Japanese`, `docs(it): …`, `zh-CN`, or words in a script of their own. */
const spoken = new RegExp(`\\b(?:translat\\w*|locali[sz]\\w*|i18n|l10n|${names}|(?:zh|pt|es|fr)-[a-z]{2})\\b|\\(${language}\\)|[${scripts}]{2}`, 'iu');

/** True where a query means files in other languages, too. */
export function speaksOfTranslations(query: string): boolean {
  return spoken.test(query);
}

/** True where a file is a translation by its path, and what it is a translation of is there. */
export function isTranslation(path: string, has: (path: string) => boolean): boolean {
  if (!words.test(path)) return false;
  return originals(path).some((original) => original !== path && has(original));
}

function originals(path: string): string[] {
  const found: string[] = [];
  for (const match of path.matchAll(folder)) {
    const [before, after] = [path.slice(0, match.index) + (match[1] ?? ''), path.slice((match.index ?? 0) + match[0].length)];
    const prefix = match[2] ?? '';
    found.push(`${before}${prefix}en${after}`, `${before}${prefix}en-us${after}`, `${before}${prefix}en-US${after}`);
    found.push(prefix ? `${before}${prefix.slice(0, -1)}${after}` : `${before}${after.slice(1)}`);
  }
  if (whole.test(path)) found.push(...['en', 'en-US', 'en_US', 'en-us'].map((english) => path.replace(whole, `$1${english}`)));
  else if (ending.test(path)) found.push(path.replace(ending, ''), ...['en', 'en-US', 'en_US', 'EN'].map((english) => path.replace(ending, `$1${english}`)));
  return found;
}
