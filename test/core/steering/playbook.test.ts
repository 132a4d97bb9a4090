import assert from 'node:assert/strict';
import fc from 'fast-check';
import { likeness } from '../../../src/steering/likeness';
import { bulletsFor, type Lessons, readPlaybook, withLessons, withoutBullet } from '../../../src/steering/playbook';

const none: Lessons = { add: [], helpful: [], harmful: [], origin: '' };
const add = (...texts: string[]): Lessons => ({ ...none, add: texts.map((text) => ({ text, stages: ['draft'] })), origin: 'run 1, words: 300' });
const written = `# Playbook

Ours.

- [p1] Count the words before you answer. *(stages: draft; helpful 3; harmful 0; from run 7, words: 300-800)*
* Keep names as they are written.
- [style] No exclamation marks. *(helpful 0; harmful 3)*

Not a lesson.
`;

describe('a playbook', () => {
  it('is read line by line, what a person wrote without brackets too', () => {
    const { bullets, problems } = readPlaybook(written);
    assert.deepEqual(problems, []);
    assert.deepEqual(
      bullets.map(({ id, text, stages, helpful, harmful, origin, line }) => [id, text, stages.join(), helpful, harmful, origin, line]),
      [
        ['p1', 'Count the words before you answer.', 'draft', 3, 0, 'run 7, words: 300-800', 4],
        ['', 'Keep names as they are written.', '', 0, 0, '', 5],
        ['style', 'No exclamation marks.', '', 0, 3, '', 6],
      ],
    );
  });

  it('takes a new lesson at the end of its list and leaves every other line alone', () => {
    const text = withLessons(written, add('Quote the source of each figure.'));
    assert.equal(
      text,
      written.replace(
        'harmful 3)*\n',
        'harmful 3)*\n- [p2] Quote the source of each figure. *(stages: draft; helpful 0; harmful 0; from run 1, words: 300)*\n',
      ),
    );
    assert.match(
      withLessons('', add('First.')),
      /^# Playbook\n[\s\S]*\n\n- \[p1\] First\. \*\(stages: draft; helpful 0; harmful 0; from run 1, words: 300\)\*\n$/,
    );
  });

  it('counts a lesson that was said before instead of saying it twice', () => {
    const text = withLessons(written, add('Before answering, count words.', 'Counting the words before you answer'));
    assert.match(text, /\[p1\] Count the words before you answer\. \*\(stages: draft; helpful 5; harmful 0/);
    assert.equal(readPlaybook(text).bullets.length, 3);
  });

  it('raises the counts of those that helped or did harm, and of no others', () => {
    const text = withLessons(written, { ...none, helpful: ['p1', 'nobody', ''], harmful: ['style'] });
    assert.equal(text, written.replace('helpful 3', 'helpful 4').replace('harmful 3)', 'harmful 4)'));
  });

  it('keeps every line and line end that nothing was learnt about', () => {
    const line = fc.oneof(
      fc.constantFrom('- [a1] One thing. *(helpful 1; harmful 0)*', '* two things', '', '# Head', '```', '- x'),
      fc.stringMatching(/^[ -~]{0,30}$/),
    );
    fc.assert(
      fc.property(fc.array(line, { maxLength: 12 }), fc.boolean(), fc.stringMatching(/^[A-Z][a-z]{3,9} [a-z]{3,9} [a-z]{3,9}\.$/), (lines, crlf, lesson) => {
        const eol = crlf ? '\r\n' : '\n';
        const text = `${['# Playbook', ...lines].join(eol)}${eol}`;
        const next = withLessons(text, add(lesson));
        const kept = next.split(eol);
        const changed = text.split(eol).filter((each) => !kept.includes(each));
        assert.ok(changed.length <= 1, 'at most the lesson that says the same');
        assert.ok(!crlf || !/[^\r]\n/.test(next));
        assert.ok(readPlaybook(next).bullets.some((bullet) => likeness(bullet.text, lesson) >= 0.7) || /```/.test(text));
      }),
      { numRuns: 300 },
    );
  });

  it('loses one line when a lesson is deleted', () => {
    assert.equal(withoutBullet(written, 'style'), written.replace(/- \[style\].*\n/, ''));
    assert.equal(withoutBullet(written, 'p9'), written);
  });

  it('gives a stage what concerns it, the most helpful first, within its tokens, and nothing harmful', () => {
    const count = (text: string) => text.length;
    const book = readPlaybook(written);
    const of = (slug: string, text: string, tokens = 1000) => bulletsFor(book, { slug, text }, tokens, count).map(({ text: each }) => each);
    assert.deepEqual(of('draft', 'Write names.'), ['Count the words before you answer.', 'Keep names as they are written.']);
    assert.deepEqual(of('sort', 'Write names!'), ['Keep names as they are written.']);
    assert.deepEqual(of('sort', 'Sort.'), []);
    assert.deepEqual(of('draft', 'Write names.', 40), ['Count the words before you answer.']);
  });

  it('tells what it can’t read', () => {
    const { problems } = readPlaybook('- [p1] A. *(useful 3)*\n- [p1] B.\n');
    assert.match(
      problems.map(({ message, range }) => `${range.start.line + 1}: ${message}`).join(' '),
      /^1: “useful 3” is no part.* 2: The id \[p1\] is there twice: first in line 1/,
    );
  });
});
