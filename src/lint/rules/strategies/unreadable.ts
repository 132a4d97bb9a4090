import type { Finding, Rule } from '../../issue';
import { keyRange, strategyReading, wholeLine, within } from './reading';

export const unreadableStrategyRule: Rule = {
  id: 'strategy/unreadable',
  severity: 'error',
  title: 'A strategy that can’t be used as it stands',
  kinds: ['strategy'],
  async check(subject) {
    const reading = await strategyReading(subject);
    if (!reading) return [];
    const { file, home } = reading;
    const { index } = subject.markdown;
    if (!subject.frontMatter.range && !subject.frontMatter.problem && file.problems.length) {
      const message =
        'It is not used: it has no front matter that says for which stage and model it is. Have it written with haiku-first author, or put `stage:`, `for:`, `by:`, `date:` and `stageHash:` between two lines of `---` at the top.';
      return [{ message, range: wholeLine(index, 0) }];
    }
    const places = new Map<string, Finding>();
    for (const { message, range } of file.problems) {
      const at = within(index, range);
      const key = JSON.stringify(at);
      const before = places.get(key);
      // What is not there at all has no line of its own: said once.
      places.set(key, {
        message: before ? `${before.message} ${message}` : message,
        range: at,
      });
    }
    const found = [...places.values()].map((finding) => ({ ...finding, message: `It is not used: ${lowered(finding.message)}` }));
    const stage = file.strategy?.stage;
    if (stage === undefined || stage === home.name) return found;
    const range = keyRange(subject, 'stage');
    const isStage = (slug: string) => home.document?.stages.some((each) => each.slug === slug) ?? false;
    const edit = isStage(home.name) && !isStage(stage) && /^stage:/.test(index.line(range.start.line));
    return [
      ...found,
      {
        message: `It is not used: it says that it is for the stage “${stage}”, and is called ${home.name}.md. ${edit ? `Write \`stage: ${home.name}\`.` : `Call the file ${stage}.md, or write \`stage: ${home.name}\`.`}`,
        range,
        ...(edit ? { fixes: [{ title: `Write stage: ${home.name}`, edits: [{ range, newText: `stage: ${JSON.stringify(home.name)}` }], safe: false }] } : {}),
      },
    ];
  },
};

function lowered(sentence: string): string {
  return /^(?:The|There|This) /.test(sentence) ? sentence.charAt(0).toLowerCase() + sentence.slice(1) : sentence;
}
