import { visible } from '../text';

/** What is known of the bundle of one stage at one time. */
export interface RunSide {
  /** `as it is now`, `in its run of …`. */
  when: string;
  model: string;
  effort?: string;
  /** The hashes of all it is made from, or ''. */
  fingerprint: string;
  /** By lower-case name. */
  answers: ReadonlyMap<string, string>;
  /** Of the stages it needs, in order; undefined for what there was not. */
  outputs: readonly { title: string; text: string | undefined }[];
}

/** One side of the comparison with a run, as a document: the same lines for the same thing, so that a diff shows what has changed. */
export function keptOfRun(title: string, side: RunSide): string {
  const lines = [`# ${oneLine(title)}, ${side.when}`, ''];
  lines.push(`- Model: ${oneLine(side.model)}${side.effort ? `, ${side.effort} effort` : ''}`);
  lines.push(`- Made from: ${side.fingerprint || 'it can’t be put together'} (any change of what is sent or checked changes this)`);
  lines.push('', 'Runs keep outputs and answers. What files said then is not kept: look at their history.', '');
  for (const [name, value] of [...side.answers].sort(([a], [b]) => (a < b ? -1 : 1))) lines.push(`## Answer: ${oneLine(name)}`, '', ...fenced(value), '');
  for (const { title: made, text } of side.outputs) lines.push(`## ${oneLine(made)}`, '', ...(text === undefined ? ['Nothing.'] : fenced(text)), '');
  return `${lines.join('\n').trimEnd()}\n`;
}

function fenced(text: string): string[] {
  const fence = '`'.repeat(Math.max(3, ...(text.match(/`+/g) ?? []).map((run) => run.length + 1)));
  return [fence, ...text.replace(/\n$/, '').split('\n'), fence];
}

function oneLine(text: string): string {
  return visible(text)
    .replace(/\s+/g, ' ')
    .replace(/\](?=[([])/g, '] ')
    .replace(/</g, '&lt;')
    .replace(/:\/\//g, ': //')
    .trim();
}
