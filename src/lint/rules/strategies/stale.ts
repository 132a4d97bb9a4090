import { stageHash } from '../../../steering/strategy';
import type { Fix, Rule } from '../../issue';
import { capitalised, keyRange, named, usedStrategy } from './reading';

export const staleStrategyRule: Rule = {
  id: 'strategy/stale',
  severity: 'warning',
  title: 'A strategy for a stage that has changed since',
  kinds: ['strategy'],
  async check(subject) {
    const used = await usedStrategy(subject);
    if (!used) return [];
    const { strategy, stage, document, shown } = used;
    const now = stageHash(stage);
    if (strategy.stageHash === now) return [];
    const range = keyRange(subject, 'stageHash');
    const line = /^stageHash:[ \t]*(?:"[\w-]*"|'[\w-]*'|[\w-]*)[ \t]*$/.test(subject.markdown.index.line(range.start.line));
    const fixes: Fix[] = line
      ? [{ title: 'It still holds: mark it as written for the stage as it is', edits: [{ range, newText: `stageHash: "${now}"` }], safe: false }]
      : [];
    return [
      {
        message: `${capitalised(named(stage))} of ${shown} has changed since this was written for it (${strategy.date}): have it written anew with haiku-first author ${shown} --stage ${stage.number}, or say that it still holds.`,
        range,
        fixes,
        related: [{ path: document.path, range: stage.titleRange, message: 'The stage as it is.' }],
      },
    ];
  },
};
