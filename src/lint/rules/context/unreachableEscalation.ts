import type { Part, Stage } from '../../../steering/contextTypes';
import type { Finding, Rule, Subject } from '../../issue';
import { additionTo } from './checkEdits';
import { judgeText } from './judgeText';
import { isCovered } from './uncoveredCriterion';

export const unreachableEscalationRule: Rule = {
  id: 'context/unreachable-escalation',
  severity: 'warning',
  title: 'An escalation that nothing can trigger',
  kinds: ['context'],
  check(subject) {
    const { stages, parts } = subject.context;
    const findings: Finding[] = stages.filter((stage) => stage.runner.escalation && !canFail(stage)).map((stage) => onStage(subject, stage));
    const model = stages.filter(({ runner }) => runner.tier !== 'code');
    const part = parts['feedback loop'];
    if (findings.length || !model.length || !part) return findings;
    const { index } = subject.markdown;
    if (stages.some(canFail)) return unseenConditions(subject, part);
    for (let line = part.bodyRange.start.line; line <= part.bodyRange.end.line; line++) {
      const text = index.line(line);
      // What a template asks for is told as such.
      if (!/\bescalat\w*/i.test(text) || /^\s*(?:[-*+]\s+)?\[[^\]]*\]\s*$/.test(text) || subject.markdown.isLiteral(index.offsetAt({ line, character: 0 })))
        continue;
      findings.push({
        message:
          'This says when to escalate, but no stage has a check that could fail, so that nothing ever does: give a stage `Checks:`, or a Success that can be measured.',
        range: { start: { line, character: text.length - text.trimStart().length }, end: { line, character: text.trimEnd().length } },
      });
      break;
    }
    return findings;
  },
};

/** “When to escalate: …”, “Escalate to Opus if …”; to a person is another matter. */
const escalation =
  /^\s*(?:[-*+•]\s+|\d{1,3}[.)]\s+)?[*_]*(?:when (?:to|do we|should we) escalate(?: to opus)?[*_]*:[*_]*|escalate(?: to opus)?[*_]*:?[*_]* (?:if|when|whenever|where|once|only if|only when)\b:?)\s*(\S.*)$/i;
/** What a check sees: that something fails, or a quality of what was made. What “you” find is a person's call. */
const seen =
  /\b(?:fail\w*|checks?|checked|tests?|scor\w+|rat(?:e|ed|ing|ings)|rejects?|rejected|errors?|wrong|invalid|missing|misses|attempts?|retr(?:y|ies)|twice|again|times|runs?|still|not|no|never|can(?:not|['’]t)|unable|too|than|over|under|below|above|exceeds?|judge\w*|verdict|voice|tone|quality|unclear|stuck|haiku|confidence|disagree\w*|it|its|they|outputs?|results?|answers?|repl(?:y|ies)|drafts?|texts?|stages?|sections?|summar(?:y|ies)|reports?|you|we|i|person|human|reviewer|someone)\b|n['’]t\b|\d/i;

/** Conditions of an escalation that speak neither of a failure nor of what was made: no check can tell them, so no stage fails for them. */
function unseenConditions(subject: Subject, part: Part): Finding[] {
  const { index } = subject.markdown;
  const { stages } = subject.context;
  const known = new Set(wordsOf(stages.flatMap(({ checks, output, title }) => [...checks.map(({ text }) => text), output?.name ?? '', title]).join(' ')));
  const findings: Finding[] = [];
  for (let line = part.bodyRange.start.line; line <= part.bodyRange.end.line; line++) {
    const text = index.line(line);
    const condition = text.length < 400 && !subject.markdown.isLiteral(index.offsetAt({ line, character: 0 })) ? escalation.exec(text)?.[1]?.trim() : undefined;
    if (!condition || seen.test(condition) || wordsOf(condition).some((word) => word.length > 3 && known.has(word))) continue;
    const character = text.lastIndexOf(condition);
    findings.push({
      message: `No check can tell “${condition.replace(/(?<![.;])[.;]+$/, '')}”, so that no stage fails for it and none is escalated: add a check that fails then, such as a judge in the stage that would notice it, or put that work on Opus from the start.`,
      range: { start: { line, character }, end: { line, character: character + condition.length } },
    });
  }
  return findings;
}

function wordsOf(text: string): string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
}

/** What is only reported fails no stage. */
function canFail(stage: Stage): boolean {
  return stage.checks.some(({ level }) => level === 'must');
}

function onStage(subject: Subject, stage: Stage): Finding {
  const criterion = stage.uncovered.find((known) => !isCovered(stage, known));
  const judge = criterion && judgeText(criterion.text);
  const edit = judge && additionTo(subject, stage)?.(judge.check);
  return {
    message: `“${stage.title}” goes to Opus where a check fails, but it has ${stage.checks.length ? 'only checks with `should`, which fail nothing' : 'no check'}: add one to \`Checks:\`, or a Success that can be measured.`,
    range: stage.runner.range,
    fixes: judge && edit ? [{ title: `Have a judge verify “${judge.rubric}”`, edits: [edit], safe: false }] : [],
  };
}
