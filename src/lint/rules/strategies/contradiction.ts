import { boundsExclude, oppositeKey } from '../../../steering/checkBounds';
import { describeCheck } from '../../../steering/checks';
import type { Check } from '../../../steering/checkTypes';
import { kindOf } from '../../../steering/kinds';
import { demandsOf, toldTerms } from '../../../steering/strategyChecks';
import { ordersIn } from '../../../steering/strategyOrders';
import type { Range } from '../../../text';
import type { Finding, Rule, Subject } from '../../issue';
import { VoiceFiles } from '../context/voiceFile';
import { TermFinder } from '../voice/termFinder';
import { named, type UsedStrategy, usedStrategy } from './reading';

export const strategyContradictionRule: Rule = {
  id: 'strategy/contradiction',
  severity: 'warning',
  title: 'A strategy that its stage or VOICE.md contradicts',
  kinds: ['strategy'],
  async check(subject) {
    const used = await usedStrategy(subject);
    if (!used) return [];
    const { stage, document } = used;
    const checks = stage.checks.filter(({ level }) => level === 'must');
    const orders = ordersIn(subject.markdown);
    const excluded = new TermFinder(await excludedTerms(subject, used, checks));
    const findings: Finding[] = [];
    for (const order of orders) {
      const demands = demandsOf(order);
      const against = checks.find((check) => demands.some((demand) => contradicts(demand, check)));
      if (against) {
        findings.push({
          message:
            `${named(stage)} demands “${describeCheck(against)}”, and this can’t hold together with it: a model that does as it is told here fails its check. Change one of the two.`.replace(
              /^s/,
              'S',
            ),
          range: order.range,
          related: [{ path: document.path, range: against.range, message: 'What the stage demands.' }],
        });
        continue;
      }
      const hit = toldTerms(order).flatMap((term) => excluded.in(term.text))[0];
      if (hit) {
        const { text, path, range, from } = hit.term;
        findings.push({
          message: `It tells the model to write “${text}”, which ${from}: a model that does so fails. Take it out of one of the two.`,
          range: order.range,
          related: [{ path, range, message: 'Here.' }],
        });
      }
    }
    return findings;
  },
};

function contradicts(demand: Check, check: Check): boolean {
  if (boundsExclude(demand, check)) return true;
  if (demand.rule.kind === 'excludes' && check.rule.kind === 'contains' && !demand.negated && !check.negated) {
    const forbidden = new TermFinder(demand.rule.terms.map((text) => ({ text })));
    return check.rule.terms.some((term) => forbidden.in(term).length > 0);
  }
  const key = oppositeKey(demand);
  return key !== undefined && key === oppositeKey(check) && demand.negated !== check.negated;
}

interface ExcludedTerm {
  text: string;
  /** Where that is said: the document, or a VOICE.md. */
  path: string;
  range: Range;
  /** Who says so, as the end of a sentence. */
  from: string;
}

/** What the stage's output may not hold: by its own checks, and by the voice that it is checked against or given. */
async function excludedTerms(subject: Subject, { stage, document }: UsedStrategy, checks: readonly Check[]): Promise<ExcludedTerm[]> {
  const { path } = document;
  const terms: ExcludedTerm[] = [];
  const voices = new Set<string>();
  for (const { rule, negated, range } of checks) {
    if (negated) continue;
    if (rule.kind === 'excludes') terms.push(...rule.terms.map((text) => ({ text, path, range, from: `a check of ${named(stage)} excludes` })));
    if (rule.kind === 'voice') voices.add(rule.path);
  }
  for (const { text } of [...stage.inputs, ...stage.context.include]) {
    const file = text.split('#')[0] ?? '';
    if (kindOf(file) === 'voice') voices.add(file);
  }
  const files = new VoiceFiles({ path, files: subject.files });
  for (const written of voices) {
    const voice = await files.at(written);
    terms.push(...(voice?.measurable.avoid ?? []).map(({ text, range }) => ({ text, path: voice?.path ?? path, range, from: `${written} forbids` })));
  }
  return terms;
}
