/**
 * Values made from texts, kept while they are asked for: the same text is read once while one types elsewhere.
 * Two generations, so that nothing is ever moved or counted: what was not asked for in the younger one goes with the older.
 */
export class Kept<Value> {
  private younger = new Map<string, Value>();
  private older = new Map<string, Value>();

  /** @param atMost values of one generation; twice as many are kept at most */
  constructor(private readonly atMost: number) {}

  /** What was made of this text, or is made now. Don't change what you get: the next who asks gets the same. */
  of(text: string, make: (text: string) => Value): Value {
    const young = this.younger.get(text);
    if (young !== undefined) return young;
    const value = this.older.get(text) ?? make(text);
    if (this.younger.size >= this.atMost) {
      this.older = this.younger;
      this.younger = new Map();
    }
    this.younger.set(text, value);
    return value;
  }
}
