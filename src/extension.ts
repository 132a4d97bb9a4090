import { posix } from 'node:path';
import * as vscode from 'vscode';
import { StageLenses } from './editor/codeLens';
import { registerCommands } from './editor/commands';
import { toPath } from './editor/convert';
import { Diagnostics } from './editor/diagnostics';
import { Keys } from './editor/keys';
import { LiveOutput } from './editor/liveOutput';
import { createLog } from './editor/log';
import { LintFixes, StageFixes } from './editor/quickFixes';
import { ReadOnlyDocuments } from './editor/readOnlyDocuments';
import { RuleDocuments } from './editor/ruleDocuments';
import { Runs } from './editor/runs';
import { StageDiagnostics } from './editor/stageDiagnostics';
import { StagesView } from './editor/stagesView';
import { TaskSessions } from './editor/taskSessions';
import { systemClock } from './node/clock';
import { createNodeCommands } from './node/commands';
import { createNodeFiles } from './node/files';
import { steeringGlobs } from './steering/kinds';

/** Build the parts and hand them to each feature of the editor. */
export function activate(context: vscode.ExtensionContext): void {
  const log = createLog();
  const adapters = { files: createNodeFiles(), commands: createNodeCommands(), clock: systemClock, log };
  const templatesFolder = posix.join(toPath(context.extensionUri), 'templates');
  const keys = new Keys(context.secrets);
  const documents = new ReadOnlyDocuments();
  const sessions = new TaskSessions(adapters.files, log);
  const diagnostics = new Diagnostics(adapters.files, log, RuleDocuments.in(toPath(context.extensionUri), adapters.files), (uri) => {
    const session = sessions.open(uri);
    return { estimate: (index) => session?.stages[index]?.estimate };
  });
  const runs = new Runs(adapters, keys, sessions, documents, new LiveOutput(documents));
  const lenses = new StageLenses(sessions);
  // SKILL.md and rules have languages of their own in newer versions: patterns hold in all of them.
  const steering: vscode.DocumentSelector = steeringGlobs.map((pattern) => ({ scheme: 'file', pattern }));
  const tasks: vscode.DocumentSelector = ['**/CONTEXT.md', '**/*.context.md'].map((pattern) => ({ scheme: 'file', pattern }));
  context.subscriptions.push(
    log.channel,
    documents,
    sessions,
    diagnostics,
    new StageDiagnostics(sessions),
    new StagesView(sessions),
    lenses,
    vscode.languages.registerCodeLensProvider(tasks, lenses),
    vscode.languages.registerCodeActionsProvider(steering, new LintFixes(diagnostics), { providedCodeActionKinds: LintFixes.kinds }),
    vscode.languages.registerCodeActionsProvider(tasks, new StageFixes(sessions), { providedCodeActionKinds: StageFixes.kinds }),
    ...keys.register(),
    ...registerCommands({ adapters, sessions, runs, documents, templatesFolder }),
  );
}
