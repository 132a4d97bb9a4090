import type { Range } from '../text';
import type { BannedMark, CadenceLimit, CadenceMeasure } from './voiceCadence';

/** A text with the place where it stands in VOICE.md. */
export interface Term {
  text: string;
  range: Range;
  /** Where else it stands in the same list of words. */
  again?: Range[];
}

/** One weighted part: `50% — Steady, authoritative guide`. */
export interface VoicePart {
  /** Percent, as written. */
  weight: number;
  /** The number with its percent sign. */
  weightRange: Range;
  text: string;
  /** The text without weight and bullet. */
  textRange: Range;
  /** The whole line without bullet. */
  range: Range;
}

/** The weighted parts below one heading. */
export interface VoiceGroup {
  /** '' where parts stand before any heading. */
  heading: string;
  headingRange: Range;
  parts: VoicePart[];
  /** Sum of the weights, percent; rounded to hundredths. */
  total: number;
}

/** `Learning = Flame (constant, internal)`. */
export interface Metaphor {
  subject: string;
  image: string;
  /** What stands in parentheses; '' where nothing does. */
  note: string;
  range: Range;
}

export interface VoiceSection {
  heading: string;
  /** 1–6. */
  depth: number;
  headingRange: Range;
  /** From the heading to the next heading of any depth. */
  range: Range;
  /** Nothing but blank lines and comments stands below it, subsections included. */
  empty: boolean;
}

/** A VOICE.md as read. Never fails: what is understood is here, the rest is prose for the model. */
export interface VoiceDocument {
  path: string;
  text: string;
  title: string;
  sections: VoiceSection[];
  groups: VoiceGroup[];
  avoid: Term[];
  /** Preferred and required words and phrases. */
  use: Term[];
  metaphors: Metaphor[];
  /** Items, quotations and blocks below headings such as "Examples", "Samples", "Before and after". */
  examples: Term[];
  /** Lines that are neither weighted, counted nor lists of words: what the file says in its own words. */
  prose: Term[];
  /** Every number stated of sentences and paragraphs, in order. */
  cadence: (CadenceLimit & { measure: CadenceMeasure })[];
  /** What `voice: VOICE.md` can verify, each with the line that says so. */
  measurable: {
    avoid: Term[];
    /** Only what must stand in every output ("Always use", "Required words"): a preferred word may well be missing from one. */
    use: Term[];
    /** "Sentences under 20 words" is 19. Averages are no limit of the single sentence. */
    maxSentenceWords?: { value: number; range: Range };
    /** Words of the average sentence: "Average sentence: 8-16 words". */
    averageSentenceWords?: CadenceLimit;
    /** Sentences of each paragraph: "Paragraphs: 4 sentences at most". */
    paragraphSentences?: CadenceLimit;
    /** Marks that may stand nowhere: "No exclamation marks". */
    marks: { mark: BannedMark; range: Range }[];
  };
}
