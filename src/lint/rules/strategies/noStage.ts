import { posix } from 'node:path';
import { nearest } from '../../../steering/nearest';
import type { Rule } from '../../issue';
import { capitalised, keyRange, named, strategyReading } from './reading';

export const noStageRule: Rule = {
  id: 'strategy/no-stage',
  severity: 'warning',
  title: 'A strategy for no stage that a model does',
  kinds: ['strategy'],
  async check(subject) {
    const reading = await strategyReading(subject);
    const { file, home, stage } = reading ?? {};
    // Of one that says it is for another stage than its name does, that is said.
    if (!home || (file?.strategy && file.strategy.stage !== home.name)) return [];
    const { document, name, task } = home;
    const range = keyRange(subject, 'stage');
    if (!document) {
      const meant = task === 'context' ? 'CONTEXT.md' : `${task}.context.md`;
      return [{ message: `No ${meant} stands beside this .haiku folder, so nothing is given this strategy: move it, or delete it.`, range }];
    }
    const shown = posix.basename(document.path);
    if (!stage) {
      const near = nearest(
        name,
        document.stages.map(({ slug }) => slug),
      );
      const advice = near ? `Did you mean “${near}”? Then call the file ${near}.md.` : 'Call the file as its stage is called, or delete it.';
      return [{ message: `No stage of ${shown} is called “${name}”, so nothing is given this strategy. ${advice}`, range }];
    }
    if (stage.runner.tier !== 'code') return [];
    return [
      {
        message: `${capitalised(named(stage))} of ${shown} is a Code stage, which no model does: delete this strategy, or give the stage to a model.`,
        range,
        related: [{ path: document.path, range: stage.titleRange, message: 'The stage.' }],
      },
    ];
  },
};
