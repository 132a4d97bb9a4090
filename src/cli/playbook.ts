import { UserError } from '../ports';
import { isHarmful, playbookPath, readPlaybook, withoutBullet } from '../steering/playbook';
import { loadTask, pathInWorkspace } from '../steering/task';
import { learnLessons } from '../strategy/learn';
import { oneFile, parseCommand, wholeNumber, wrongUsage } from './arguments';
import { commissioning, commissionOptions, costText, yesTo } from './commissioning';
import { jsonText } from './json';
import { diffText } from './person';
import { absolutePath, type Surroundings, shownPath } from './surroundings';

/** `haiku-first playbook`: the lessons of a task. */
export async function playbook(around: Surroundings, args: readonly string[]): Promise<number> {
  const { values, positionals } = parseCommand('playbook', args, {
    ...commissionOptions,
    learn: { type: 'boolean' },
    delete: { type: 'string', multiple: true },
  });
  const file = oneFile('playbook', positionals);
  if (values.learn && values.delete) throw wrongUsage('playbook', '--learn and --delete exclude each other.');
  let usd = 0;
  let run: string | undefined;
  if (values.learn) {
    const number = wholeNumber('playbook', '--stage', values.stage);
    if (number === undefined) throw wrongUsage('playbook', '--learn needs --stage: which one to learn from.');
    const { engine, person, task, options } = await commissioning(around, 'playbook', file, values);
    const learnt = await learnLessons(engine, person, task, number, options);
    ({ usd, run } = learnt);
    for (const refused of learnt.refused) around.stderr(`Not a lesson: ${refused}\n`);
    const changed = learnt.text !== (learnt.current ?? '') && learnt.lessons.add.length + learnt.lessons.helpful.length + learnt.lessons.harmful.length > 0;
    if (!changed) around.stderr(`Nothing new was learnt. Cost: ${costText(usd, engine.model)}.\n`);
    else {
      const path = shownPath(around, learnt.path);
      around.stderr(`${diffText(path, learnt.current ?? '', learnt.text).trimEnd()}\n`);
      // Lines are only added and counted: nothing a person wrote is lost.
      const kept = values.yes || ((await yesTo(around, `Write ${path}?`)) ?? false);
      if (kept) await around.files.write(learnt.path, learnt.text, learnt.current);
      around.stderr(`${kept ? `Written to ${path}` : 'Not written; asked again, it costs nothing'}. Cost: ${costText(usd, engine.model)}.\n`);
    }
  }
  const task = await loadTask(absolutePath(around, file), around.files);
  const path = await pathInWorkspace(task, playbookPath(task), around.files);
  let text = (await around.files.stat(path)) ? await around.files.read(path) : '';
  for (const id of values.delete ?? []) {
    const left = withoutBullet(text, id);
    if (left === text) throw new UserError(`There is no lesson [${id}].`, { path, todo: 'haiku-first playbook FILE lists them.', exitCode: 2 });
    await around.files.write(path, left, text);
    text = left;
  }
  const { bullets, problems } = readPlaybook(text);
  for (const { message, range } of problems) around.stderr(`${shownPath(around, path)}:${range.start.line + 1}: ${message}\n`);
  if (values.json) {
    const lessons = bullets.map((bullet) => ({ ...bullet, line: bullet.line + 1, given: !isHarmful(bullet) }));
    around.stdout(jsonText({ path: shownPath(around, path), ...(run ? { run, usd } : {}), lessons }));
  } else if (!bullets.length) around.stdout('No lessons yet.\n');
  else {
    for (const bullet of bullets) {
      const { id, text: said, stages, helpful, harmful, origin } = bullet;
      around.stdout(
        `${id ? `[${id}] ` : ''}${said}\n    ${stages.join(', ') || 'all stages'}; helpful ${helpful}, harmful ${harmful}${origin ? `; from ${origin}` : ''}${isHarmful(bullet) ? '; not given to anybody any more' : ''}\n`,
      );
    }
  }
  return 0;
}
