import type { Name } from '../../../steering/contextTypes';
import type { Finding, Fix, Rule, Subject } from '../../issue';

export const duplicateInputRule: Rule = {
  id: 'context/duplicate-input',
  severity: 'warning',
  title: 'An input that is named twice',
  kinds: ['context'],
  check(subject) {
    const findings: Finding[] = [];
    for (const { title, inputs } of subject.context.stages) {
      const seen = new Map<string, Name>();
      for (const [i, name] of inputs.entries()) {
        const key = name.text.toLowerCase();
        const first = seen.get(key);
        if (!first) {
          seen.set(key, name);
          continue;
        }
        const fix = removal(subject, inputs[i - 1] as Name, name);
        findings.push({
          message: `“${name.text}” stands among the inputs of “${title}” already and is read once: take it out, or name what was meant.`,
          range: name.range,
          related: [{ path: subject.path, range: first.range, message: 'The first one.' }],
          fixes: fix ? [fix] : [],
        });
      }
    }
    return findings;
  },
};

/** Takes a name out together with the comma before it; undefined where something else stands between. Not safe: another name may have been meant. */
function removal({ markdown, text }: Subject, before: Name, name: Name): Fix | undefined {
  const from = markdown.index.offsetAt(before.range.end);
  const start = markdown.index.offsetAt(name.range.start);
  if (before.quoted || name.quoted || !/^[ \t]*,[ \t]*$/.test(text.slice(from, start))) return undefined;
  return { title: `Take the second “${name.text}” out`, edits: [{ range: { start: before.range.end, end: name.range.end }, newText: '' }], safe: false };
}
