import { quotationsIn } from '../../../steering/commas';
import type { Finding, Rule } from '../../issue';
import { insideAny } from '../spans';

/**
 * Words that hand a decision to the model without saying by what to decide. Few on purpose: a word is here only if an instruction with it
 * can be met by opposite results. Open lists first, then open measures.
 */
const openList = String.raw`etc\.|etc(?=[\s,;)]|$)|and so on|and so forth|and the like|and whatnot|or something (?:similar|like that)|and similar (?:things|stuff)`;
const openMeasure =
  '(?:as|if|where|when|wherever|whenever) (?:needed|necessary|appropriate|suitable|you see fit|you like)|as required|appropriately|adequately|suitably|properly|somehow|make it (?:better|nice|nicer|good|great|pop|shine)|in a (?:nice|good|proper|suitable|reasonable) way|to the extent possible';
/** What is appropriate is for the author to say; “appropriate for ages 6 to 8” says it. Of a Success it is told that nothing verifies it. */
const openJudgement =
  '(?:(?<=\\b(?:is|are|be|sounds?|seems?|looks?)(?: \\w+){0,3} )appropriate(?! (?:for|to|in|with|given|when|if)\\b)|appropriate (?:tone|style|length|format|manner|way|level of detail|amount(?: of detail)?)(?! (?:for|to|of|as)\\b))';
const vague = new RegExp(String.raw`(?<![\w-])(?:(${openList})|${openMeasure}|(${openJudgement}))(?![\w-])`, 'gi');

/** "Properly nested tags": a standard says what is proper. */
const byStandard = /^\s+(?:nested|formed|escaped|closed|quoted|encoded|indented|capitali[sz]ed|punctuated|terminated|cased|typed|licen[sc]ed)\b/i;
/** "As needed to stay under 300 words": the measure follows. */
const measured = /^\s+(?:to|for|so that|until|by)\s+\S/i;
/** What an instruction forbids it does not ask for. */
const negated = /(?:\b(?:never|not|no|avoid|without|don['’]t|nor)\b)[^.;!?\n]{0,40}$/i;

export const vagueInstructionRule: Rule = {
  id: 'context/vague-instruction',
  severity: 'warning',
  title: 'Words that leave the work undefined',
  kinds: ['context'],
  check({ context, markdown }) {
    const findings: Finding[] = [];
    for (const field of context.stages.flatMap((stage) => stage.fields)) {
      if (field.name !== 'Task' && field.name !== 'Success') continue;
      const from = markdown.index.offsetAt(field.valueRange.start);
      const raw = context.text.slice(from, markdown.index.offsetAt(field.valueRange.end)).replace(/<!--[\s\S]*?-->/g, (comment) => ' '.repeat(comment.length));
      if (raw.search(vague) < 0) continue;
      const isQuoted = insideAny(quotationsIn(raw));
      for (const match of raw.matchAll(vague)) {
        const after = raw.slice(match.index + match[0].length, match.index + match[0].length + 60);
        const before = raw.slice(Math.max(0, match.index - 60), match.index);
        if (isQuoted(match.index) || negated.test(before)) continue;
        const word = match[0].toLowerCase();
        if (match[2] && field.name !== 'Task') continue;
        if (word === 'properly' && byStandard.test(after)) continue;
        if (!match[1] && /needed|necessary|required|adequately/.test(word) && measured.test(after)) continue;
        findings.push({
          message: `“${match[0]}” leaves it to the model ${match[1] ? 'what else there is: list it all, or say what it must have in common' : match[2] ? 'what that is: say what is wanted, or by what to tell' : 'when and how: say what is wanted, or a measure for it'}.`,
          range: markdown.range(from + match.index, from + match.index + match[0].length),
        });
      }
    }
    return findings;
  },
};
