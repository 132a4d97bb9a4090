import type { Position } from '../text';
import { completionsAt } from './completion/completion';
import type { Completions } from './completion/item';
import { type Definition, definitionsAt } from './definition';
import { type Hover, hoverAt } from './hover';
import { type DocumentLink, linksIn } from './links';
import { type DocumentText, type LanguagePorts, Readings } from './reading';
import { type ReferencePlace, referencesAt } from './references';
import { type Refusal, type Renamable, type Renaming, renamableAt, renameAt } from './rename';

/**
 * What an editor asks about a steering document: strings and positions in, plain data with ranges out. Each answers with nothing where there
 * is nothing to say, and for documents that are no steering files; none throws for what stands in a text.
 */
export interface LanguageService {
  /** What can be put in at a position. @param trigger the character whose typing asked, if one did */
  completions(document: DocumentText, at: Position, trigger?: string): Promise<Completions>;
  /** What is known of what stands at a position, as Markdown in which no word of a document is a link. */
  hover(document: DocumentText, at: Position): Promise<Hover | undefined>;
  /** Where what stands at a position is made. */
  definitions(document: DocumentText, at: Position): Promise<Definition[]>;
  /** Where the document names what stands at a position. */
  references(document: DocumentText, at: Position, withDeclaration: boolean): Promise<ReferencePlace[]>;
  /** What a renaming at a position would rename, or why there can be none. */
  renamable(document: DocumentText, at: Position): Promise<Renamable | Refusal>;
  /** The edits that rename it everywhere in the document, so that all names lead where they led; or why that can't be. */
  rename(document: DocumentText, at: Position, newName: string): Promise<Renaming | Refusal>;
  /** What leads to a file that is there, Markdown's own links aside. */
  links(document: DocumentText): Promise<DocumentLink[]>;
}

/** The features over one workspace. Documents are read once for each text, whoever asks. */
export function createLanguageService(ports: LanguagePorts): LanguageService {
  const readings = new Readings(ports);
  const noSteering: Refusal = { refusal: 'This is no steering file.' };
  return {
    async completions(document, at, trigger) {
      const reading = readings.of(document);
      return reading ? completionsAt(reading, at, trigger) : { items: [], incomplete: false };
    },
    async hover(document, at) {
      const reading = readings.of(document);
      return reading && hoverAt(reading, at);
    },
    async definitions(document, at) {
      const reading = readings.of(document);
      return reading ? definitionsAt(reading, at) : [];
    },
    async references(document, at, withDeclaration) {
      const reading = readings.of(document);
      return reading ? referencesAt(reading, at, withDeclaration) : [];
    },
    async renamable(document, at) {
      const reading = readings.of(document);
      return reading ? renamableAt(reading, at) : noSteering;
    },
    async rename(document, at, newName) {
      const reading = readings.of(document);
      return reading ? renameAt(reading, at, newName) : noSteering;
    },
    async links(document) {
      const reading = readings.of(document);
      return reading ? linksIn(reading) : [];
    },
  };
}
