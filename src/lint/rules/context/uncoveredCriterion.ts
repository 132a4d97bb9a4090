import { isMeasurable } from '../../../check/voice';
import type { Criterion, Stage } from '../../../steering/contextTypes';
import { commandWanted, isAboutVoice, type Purpose, servesPurpose, suggestionFor } from '../../../steering/coverage';
import type { Range } from '../../../text';
import type { Finding, Fix, Rule, Subject } from '../../issue';
import { type Addition, additionTo } from './checkEdits';
import { isJudged, judgeText, wordsOf } from './judgeText';
import { projectCommand } from './projectCommand';
import { VoiceFiles } from './voiceFile';

export const uncoveredCriterionRule: Rule = {
  id: 'context/uncovered-criterion',
  severity: 'info',
  title: 'A success criterion that nothing verifies',
  kinds: ['context'],
  async check(subject) {
    const findings: Finding[] = [];
    const offers = new Offers(subject);
    const { stages, parts } = subject.context;
    const whole = parts['success criteria']?.bodyRange;
    // What is asked of the whole task is verified wherever a stage verifies it.
    const together = stages[0] && { ...stages[0], checks: stages.flatMap(({ checks }) => checks) };
    // What a stage asks in the same words is told there.
    const own = new Set(stages.flatMap(({ success }) => success.map(({ text }) => wordsOf(text))));
    for (const stage of stages) {
      for (const criterion of stage.uncovered) {
        const ofAll = together !== undefined && whole !== undefined && contains(whole, criterion.range);
        if (isCovered(ofAll ? together : stage, criterion) || (ofAll && (own.has(wordsOf(criterion.text)) || isRun(stages, criterion)))) continue;
        const fixes = await offers.for(stage, criterion);
        findings.push({
          message: `Nothing verifies “${criterion.text}”: state it so that it can be measured, or add a check to ${placeOf(stage, ofAll && stages.some(({ runner }) => runner.tier !== 'code'))}, such as ${kindOfCheck(stage, criterion, ofAll)}.`,
          range: criterion.range,
          fixes,
        });
      }
    }
    return findings;
  },
};

function contains({ start, end }: Range, { start: at }: Range): boolean {
  return start.line <= at.line && at.line <= end.line;
}

/** Where the last stage is code, what is asked of the whole task is rarely asked of that one. */
function placeOf(stage: Stage, ofAll: boolean): string {
  return ofAll && stage.runner.tier === 'code' ? 'the stage whose output shows it' : `“${stage.title}”`;
}

/** No judge reads what a command leaves behind. */
function kindOfCheck(stage: Stage, criterion: Criterion, ofAll: boolean): string {
  const wanted = commandWanted(criterion.text);
  if (wanted && 'command' in wanted) return `\`command: ${wanted.command}\``;
  return wanted || (stage.runner.tier === 'code' && !ofAll) ? 'a command' : 'a judge';
}

/** A Code stage runs the very command: where that fails, so does the stage. */
function isRun(stages: readonly Stage[], criterion: Criterion): boolean {
  const wanted = commandWanted(criterion.text);
  return wanted !== undefined && stages.some(({ run }) => run !== undefined && servesPurpose(run, wanted));
}

/** A judge was given it, or what measures the kind of thing it speaks of is among the checks. */
export function isCovered(stage: Stage, criterion: Criterion): boolean {
  if (isJudged(stage, criterion)) return true;
  const has = (kind: 'voice' | 'command'): boolean => stage.checks.some(({ rule, negated }) => rule.kind === kind && !negated);
  const suggested = suggestionFor(criterion.text);
  if (suggested && stage.checks.some(({ rule, negated }) => !negated && suggested.covers(rule))) return true;
  return (isAboutVoice(criterion.text) && has('voice')) || (commandWanted(criterion.text) !== undefined && has('command'));
}

/** Checks that could verify a criterion. None is a safe fix: judges are paid calls, commands run something, and what a voice check measures is not all of it. */
class Offers {
  private readonly voices: VoiceFiles;
  /** Criteria come stage by stage. */
  private place?: { stage: Stage; add: Addition | undefined };
  private readonly commands = new Map<Purpose, Promise<string | undefined>>();

  constructor(private readonly subject: Subject) {
    this.voices = new VoiceFiles(subject);
  }

  async for(stage: Stage, criterion: Criterion): Promise<Fix[]> {
    const wanted = commandWanted(criterion.text);
    if (wanted) {
      const command = 'command' in wanted ? wanted.command : await this.command(wanted.purpose);
      // Nobody but a command can tell.
      return command ? this.fix(stage, `Check it with \`${command}\``, `command: ${command}`) : [];
    }
    const suggested = suggestionFor(criterion.text);
    const fixes = suggested ? this.fix(stage, `Check it with “${suggested.check}”`, suggested.check) : [];
    if (isAboutVoice(criterion.text)) {
      const voice = await this.voices.at('VOICE.md');
      if (voice && isMeasurable(voice.measurable)) fixes.push(...this.fix(stage, 'Check it with what VOICE.md makes measurable', 'voice: VOICE.md'));
    }
    const judge = stage.runner.tier === 'code' ? undefined : judgeText(criterion.text);
    if (judge) fixes.push(...this.fix(stage, `Have a judge verify “${judge.rubric}”`, judge.check));
    return fixes;
  }

  private fix(stage: Stage, title: string, check: string): Fix[] {
    if (this.place?.stage !== stage) this.place = { stage, add: additionTo(this.subject, stage) };
    const edit = this.place.add?.(check);
    return edit ? [{ title, edits: [edit], safe: false }] : [];
  }

  private command(purpose: Purpose): Promise<string | undefined> {
    const known = this.commands.get(purpose) ?? projectCommand(this.subject, purpose);
    this.commands.set(purpose, known);
    return known;
  }
}
