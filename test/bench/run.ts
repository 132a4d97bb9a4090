/**
 * `npm run bench`: what the product takes in time and memory, and how often it is right. `npm run bench -- peers keystroke` runs only those topics.
 * Figures beside one another come from one run in turns, since machines are noisy. Build first: whole processes run what is in dist.
 * `HAIKU_FIRST_CORPUS` names a folder with real steering files (`steering`) and labelled repositories (`dead-references`).
 */

import { bundleSizes } from './bundleSizes';
import { corpusFolder } from './corpus';
import { deadReferences } from './deadReferences';
import { engineBench } from './engine';
import { growthBench } from './growth';
import { keystrokeBench } from './keystroke';
import { filesBench, peersBench } from './peers';
import { queryBench } from './query';
import { queryTimeBench } from './queryTime';
import { ruleProfile } from './ruleProfile';
import { stageTokens } from './stageTokens';
import { strategiesBench } from './strategies';
import { workspaceBench } from './workspace';

const topics: Record<string, { title: string; run: () => Promise<string> | string }> = {
  peers: { title: 'A lint of 208 files, beside others', run: () => peersBench() },
  files: { title: 'Growth with the number of files', run: filesBench },
  growth: { title: 'Growth with the length of a document', run: () => growthBench() },
  keystroke: { title: 'A lint after each keystroke', run: keystrokeBench },
  workspace: { title: 'A workspace of 10,000 files', run: workspaceBench },
  rules: { title: 'The dearest rules', run: ruleProfile },
  references: {
    title: 'Dead references, against labels',
    run: async () => (await deadReferences(corpusFolder('dead-references'))) ?? 'Left out: set HAIKU_FIRST_CORPUS to a labelled corpus.',
  },
  query: { title: 'What a bundle for a commit message holds of the change', run: queryBench },
  'query-time': { title: 'Time to a bundle in a repository of 5,000 files', run: () => queryTimeBench() },
  tokens: { title: "Tokens of the sample's stages, beside dumping everything", run: stageTokens },
  engine: { title: 'What the engine takes beside the calls', run: engineBench },
  strategies: { title: 'Strategies, on a simulation', run: strategiesBench },
  sizes: { title: 'Sizes', run: bundleSizes },
};

async function main(): Promise<void> {
  const named = process.argv.slice(2);
  const unknown = named.filter((name) => !(name in topics));
  if (unknown.length) throw new Error(`There is no topic ${unknown.join(', ')}. The topics are ${Object.keys(topics).join(', ')}.`);
  for (const name of named.length ? named : Object.keys(topics)) {
    const topic = topics[name];
    if (topic) console.log(`\n${topic.title} (${name})\n\n${await topic.run()}`);
  }
}

main().catch((error) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
