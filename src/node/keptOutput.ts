/**
 * What one stream of a command printed, in bounded memory: its beginning and its end, half of `most` bytes each. What comes in between is counted and
 * dropped.
 */
export class KeptOutput {
  private readonly head: Buffer[] = [];
  private headSize = 0;
  private tail: Buffer[] = [];
  private tailSize = 0;
  /** Bytes printed so far. */
  size = 0;

  constructor(private readonly most: number) {}

  add(piece: Buffer): void {
    this.size += piece.length;
    const half = this.most / 2;
    const room = Math.max(0, half - this.headSize);
    if (room) {
      const first = piece.subarray(0, room);
      this.head.push(first);
      this.headSize += first.length;
    }
    if (piece.length <= room) return;
    const rest = piece.subarray(room);
    this.tail.push(rest);
    this.tailSize += rest.length;
    while (this.tail.length > 1 && this.tailSize - (this.tail[0] as Buffer).length >= half) this.tailSize -= (this.tail.shift() as Buffer).length;
  }

  /** The bytes dropped in the middle. */
  get dropped(): number {
    return this.size - this.headSize - Math.min(this.tailSize, this.most / 2);
  }

  /** What is kept, as text with `\n` for line breaks; a line says how much is left out. Bytes that are no UTF-8 become U+FFFD. */
  text(): string {
    const head = Buffer.concat(this.head);
    const tail = Buffer.concat(this.tail);
    if (!this.dropped) return lines(Buffer.concat([head, tail]));
    return `${lines(head)}\n[… ${this.dropped} bytes left out …]\n${lines(tail.subarray(Math.max(0, tail.length - this.most / 2)))}`;
  }

  /** Why the text is not what was printed; undefined where it is. */
  flaw(): 'cut' | 'binary' | 'encoding' | undefined {
    if (this.dropped) return 'cut';
    const whole = Buffer.concat([...this.head, ...this.tail]);
    if (whole.includes(0)) return 'binary';
    try {
      new TextDecoder('utf-8', { fatal: true }).decode(whole);
      return undefined;
    } catch {
      return 'encoding';
    }
  }
}

function lines(bytes: Buffer): string {
  return bytes.toString('utf8').replace(/\r\n/g, '\n');
}
