import { type FrontMatter, readFrontMatter } from './frontMatter';
import { Kept } from './kept';
import { MarkdownDocument } from './markdown';

/** A text's front matter and its Markdown below that: what every reading of a document begins with. */
export interface SteeringDocument {
  frontMatter: FrontMatter;
  markdown: MarkdownDocument;
}

const kept = new Kept<SteeringDocument>(2);

/** The same text gives the same document while it is one of the last few: its context, voice and references are read from one scan. Don't change it. */
export function readDocument(text: string): SteeringDocument {
  return kept.of(text, () => {
    const frontMatter = readFrontMatter(text);
    return { frontMatter, markdown: new MarkdownDocument(text, frontMatter.bodyFrom) };
  });
}
