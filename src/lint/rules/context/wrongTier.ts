import type { Finding, Rule } from '../../issue';

/** Only by the instruction's first word, and only where the instruction is one short sentence: what comes later may be the hard part. */
const cheap = /^(?:extract|classify|categori[sz]e|label|tag|format|reformat|convert)\b/i;
const deterministic = /^(?:(?:sort|count|deduplicate|de-duplicate)\b|(?:parse|validate)\b.*\b(?:json|yaml|csv|xml|schema)\b|rename (?:the )?files\b)/i;
const judgement =
  /\b(?:most|best|important|relevan(?:t|ce)|quality|tone|interesting|clear|similar|meaning|intent|sentiment|why|explain|reason\w*|decide|judge|if|unless|and then|rewrite|themes?|topics?)\b/i;

export const wrongTierRule: Rule = {
  id: 'context/wrong-tier',
  severity: 'warning',
  title: 'A stage on a dearer tier than its task needs',
  kinds: ['context'],
  check({ context }) {
    const findings: Finding[] = [];
    for (const { runner, task, title, run } of context.stages) {
      if (runner.tier === 'code' || run || task.split(/\s+/).length > 25 || /[.;!?]\s+\S/.test(task) || task.includes('\n')) continue;
      if (deterministic.test(task) && !judgement.test(task)) {
        findings.push({
          message: `“${title}” has one right answer that a program finds: make it a Code stage with a \`Run:\` command, which costs nothing and does not err.`,
          range: runner.range,
        });
      } else if (runner.tier === 'opus' && cheap.test(task)) {
        findings.push({
          message: `“${title}” runs on Opus for a task that Haiku does well (${(cheap.exec(task)?.[0] ?? '').toLowerCase()}): write “Opus if needed”, and pay for Opus only where a check fails.`,
          range: runner.range,
          fixes: [
            {
              title: 'Run on Haiku, escalate if needed',
              edits: [{ range: runner.range, newText: `Opus if needed${runner.effort ? `, ${runner.effort} effort` : ''}` }],
              safe: false,
            },
          ],
        });
      }
    }
    return findings;
  },
};
