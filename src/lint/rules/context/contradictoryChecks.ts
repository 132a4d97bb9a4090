import { countBounds, oppositeKey } from '../../../steering/checkBounds';
import { describeCheck } from '../../../steering/checks';
import type { Check, Measure } from '../../../steering/checkTypes';
import type { Term } from '../../../steering/voice';
import type { Finding, Rule, Subject } from '../../issue';
import { TermFinder } from '../voice/termFinder';
import { VoiceFiles } from './voiceFile';

export const contradictoryChecksRule: Rule = {
  id: 'context/contradictory-checks',
  severity: 'error',
  title: 'Checks that no output can pass together',
  kinds: ['context'],
  async check(subject) {
    const voices = new VoiceFiles(subject);
    const findings: Finding[] = [];
    for (const stage of subject.context.stages) {
      const checks = stage.checks.filter(({ level }) => level === 'must');
      if (checks.length < 2) continue;
      findings.push(...bounds(subject, checks), ...opposites(subject, checks), ...(await terms(subject, checks, voices)));
    }
    return findings;
  },
};

function contradiction(subject: Subject, check: Check, other: Check, why: string): Finding {
  const from = check.source === 'success' ? 'This criterion' : 'This check';
  return {
    message: `${from} (${describeCheck(check)}) contradicts “${describeCheck(other)}” of the same stage${why}: change one of the two.`,
    range: check.range,
    related: [{ path: subject.path, range: other.range, message: 'The other one.' }],
  };
}

/** `words: >= 500` and `words: <= 300`. */
function bounds(subject: Subject, checks: readonly Check[]): Finding[] {
  const found: Finding[] = [];
  const lowest = new Map<Measure, { value: number; check: Check }>();
  const highest = new Map<Measure, { value: number; check: Check }>();
  for (const check of checks) {
    const range = countBounds(check);
    if (!range) continue;
    const { measure, min, max } = range;
    const low = lowest.get(measure);
    const high = highest.get(measure);
    if (max !== undefined && low && low.value > max) found.push(contradiction(subject, check, low.check, ''));
    else if (min !== undefined && high && high.value < min) found.push(contradiction(subject, check, high.check, ''));
    if (min !== undefined && min > (low?.value ?? -1)) lowest.set(measure, { value: min, check });
    if (max !== undefined && max < (high?.value ?? Number.POSITIVE_INFINITY)) highest.set(measure, { value: max, check });
  }
  return found;
}

/** `json` and `not json`. */
function opposites(subject: Subject, checks: readonly Check[]): Finding[] {
  const seen = new Map<string, Check>();
  return checks.flatMap((check): Finding[] => {
    const key = oppositeKey(check);
    if (key === undefined) return [];
    const other = seen.get(key);
    if (!other) seen.set(key, check);
    return other && other.negated !== check.negated ? [contradiction(subject, check, other, '')] : [];
  });
}

/** A term that must stand in the output, and that another check, or the voice it is held to, excludes. */
async function terms(subject: Subject, checks: readonly Check[], voices: VoiceFiles): Promise<Finding[]> {
  const wanted = checks.flatMap((check) => (check.rule.kind === 'contains' && !check.negated ? check.rule.terms.map((text) => ({ text, check })) : []));
  if (!wanted.length) return [];
  const excluded: { text: string; check: Check; voice?: Term }[] = [];
  for (const check of checks) {
    if (check.negated) continue;
    if (check.rule.kind === 'excludes') excluded.push(...check.rule.terms.map((text) => ({ text, check })));
    if (check.rule.kind === 'voice') {
      const voice = await voices.at(check.rule.path);
      excluded.push(...(voice?.measurable.avoid ?? []).map((term) => ({ text: term.text, check, voice: term })));
    }
  }
  if (!excluded.length) return [];
  const finder = new TermFinder(excluded);
  const found = new Map<Check, Finding>();
  for (const { text, check } of wanted) {
    const hit = finder.in(text)[0];
    if (!hit || found.has(check)) continue;
    const why = `, which ${hit.term.voice ? 'avoids' : 'excludes'} “${hit.term.text}”`;
    found.set(check, contradiction(subject, check, hit.term.check, why));
  }
  return [...found.values()];
}
