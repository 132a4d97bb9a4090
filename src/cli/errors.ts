import type { UserError } from '../ports';
import { jsonText } from './json';
import { type Surroundings, shownPath } from './surroundings';

/** How an error that a person can act on is told. Paths are shown from the working directory. */

/** What happened, where and what to do, in one line: `CONTEXT.md:12: …`. */
export function errorText(around: Pick<Surroundings, 'workingDirectory'>, error: UserError): string {
  const { path, line } = error.details;
  if (!path) return error.message;
  const shown = shownPath(around, path);
  const message = error.message.split(path).join(shown);
  return message.startsWith(shown) && line === undefined ? message : `${shown}${line === undefined ? '' : `:${line + 1}`}: ${message}`;
}

/** The same in the shape that `--json` promises: `{"error": {…}}`, `line` from 1; what is not known is `null`. */
export function errorJson(around: Pick<Surroundings, 'workingDirectory'>, error: UserError): string {
  const { path, line, todo, exitCode = 2 } = error.details;
  const shown = path && shownPath(around, path);
  const relative = (text: string) => (path && shown ? text.split(path).join(shown) : text).trim();
  return jsonText({
    error: { message: relative(error.what), todo: todo ? relative(todo) : null, path: shown ?? null, line: line === undefined ? null : line + 1, exitCode },
  });
}
