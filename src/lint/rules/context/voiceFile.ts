import { posix } from 'node:path';
import { readVoice, type VoiceDocument } from '../../../steering/voice';
import type { Subject } from '../../issue';

/** What VOICE.md files say, each read once for a pass over one document. */
export class VoiceFiles {
  private readonly known = new Map<string, Promise<VoiceDocument | undefined>>();

  constructor(private readonly subject: Pick<Subject, 'path' | 'files'>) {}

  /** The voice at a path as the document writes it; undefined where there is none that can be read. */
  at(path: string): Promise<VoiceDocument | undefined> {
    const absolute = posix.resolve(posix.dirname(this.subject.path), path);
    const known =
      this.known.get(absolute) ??
      this.subject.files.stat(absolute).then((stat) =>
        stat?.kind === 'file'
          ? this.subject.files.read(absolute).then(
              (text) => readVoice(absolute, text),
              // Unreadable: nothing is known of it.
              () => undefined,
            )
          : undefined,
      );
    this.known.set(absolute, known);
    return known;
  }
}
