import { posix } from 'node:path';
import { MarkdownDocument } from '../../../steering/markdown';
import { slug } from '../../../text';
import type { Finding, Rule } from '../../issue';
import { reads } from './reads';

export const missingSectionRule: Rule = {
  id: 'context/missing-section',
  severity: 'error',
  title: 'A section to read does not exist',
  kinds: ['context'],
  async check(subject) {
    const findings: Finding[] = [];
    for (const { name, source } of await reads(subject)) {
      if (source.kind !== 'file' || !source.exists || !source.section) continue;
      const text = await subject.files.read(source.path).catch(() => undefined);
      if (text === undefined) continue;
      const headings = new MarkdownDocument(text).sections.filter((section) => section.depth > 0).map((section) => section.heading);
      const wanted = slug(source.section).split('-');
      // "#cadence" finds "Cadence & Delivery".
      if (headings.some((heading) => wanted.every((word) => slug(heading).split('-').includes(word)))) continue;
      const list = headings.slice(0, 6).map((heading) => `“${heading}”`);
      findings.push({
        message: `${posix.basename(source.path)} has no section “${source.section}”. ${list.length ? `It has ${list.join(', ')}${headings.length > 6 ? ' …' : ''}.` : 'It has no headings: name the file alone.'}`,
        range: name.range,
      });
    }
    return findings;
  },
};
