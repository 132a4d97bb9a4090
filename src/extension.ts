import { posix } from 'node:path';
import * as vscode from 'vscode';
import { agreementsIn } from './editor/agreements';
import { BundlePreviews } from './editor/bundlePreview';
import { StageLenses } from './editor/codeLens';
import { registerCommands } from './editor/commands';
import { Completions } from './editor/completion';
import { toPath } from './editor/convert';
import { Diagnostics } from './editor/diagnostics';
import { DocumentLinks } from './editor/documentLinks';
import { DraftDocuments } from './editor/draftDocuments';
import { Hovers } from './editor/hover';
import { Keys } from './editor/keys';
import { Language } from './editor/language';
import { LaunchStatus } from './editor/launchStatus';
import { LintActions } from './editor/lintActions';
import { registerLintCommands } from './editor/lintCommands';
import { LintConfigurations } from './editor/lintConfiguration';
import { EditorFacts } from './editor/lintFacts';
import { LintWorld } from './editor/lintWorld';
import { LiveOutput } from './editor/liveOutput';
import { createLog, tell } from './editor/log';
import { Navigation } from './editor/navigation';
import { Projects } from './editor/projects';
import { Proposals } from './editor/proposals';
import { QueryPreviews } from './editor/queryPreview';
import { StageFixes } from './editor/quickFixes';
import { ReadOnlyDocuments } from './editor/readOnlyDocuments';
import { Renames } from './editor/rename';
import { RuleDocuments } from './editor/ruleDocuments';
import { Runs } from './editor/runs';
import { passedVariables } from './editor/settings';
import { StageDiagnostics } from './editor/stageDiagnostics';
import { StagesView } from './editor/stagesView';
import { StrategyFixes } from './editor/strategyFixes';
import { TaskSessions } from './editor/taskSessions';
import { systemClock } from './node/clock';
import { createNodeCommands } from './node/commands';
import { createNodeFiles } from './node/files';
import { createGitHistory } from './node/git';
import { createKeptIndexes } from './node/indexFolder';
import { createNodeProcesses } from './node/processes';
import { steeringGlobs } from './steering/kinds';

/** Build the parts and hand them to each feature of the editor. */
export function activate(context: vscode.ExtensionContext): void {
  const log = createLog();
  const files = createNodeFiles();
  const world = new LintWorld(files, createGitHistory());
  const projects = new Projects(files, world.onDidChange, createKeptIndexes(posix.join(toPath(context.globalStorageUri), 'indexes')));
  const project = (folder: string) => projects.of(folder);
  const adapters = {
    files,
    commands: createNodeCommands({ passed: passedVariables }),
    clock: systemClock,
    processes: createNodeProcesses(),
    agreements: agreementsIn(context.globalState),
    log,
    project,
  };
  const templatesFolder = posix.join(toPath(context.extensionUri), 'templates');
  const keys = new Keys(context.secrets);
  const documents = new ReadOnlyDocuments();
  const drafts = new DraftDocuments();
  const proposals = new Proposals(drafts, (error) => tell(log, error));
  const sessions = new TaskSessions(adapters.files, log, project);
  const configurations = new LintConfigurations(world);
  const facts = new EditorFacts(world, sessions, configurations);
  const ruleDocuments = RuleDocuments.in(toPath(context.extensionUri));
  const diagnostics = new Diagnostics({ world, configurations, facts, documents: ruleDocuments, log });
  const runs = new Runs(adapters, keys, sessions, documents, new LiveOutput(documents));
  const previews = new BundlePreviews({ documents, files: adapters.files, project, sessions, log, onDidChangeFiles: world.onDidChange });
  const queries = new QueryPreviews(documents, projects);
  const lenses = new StageLenses(sessions);
  const language = new Language(world, log);
  const navigation = new Navigation(language);
  // SKILL.md and rules have languages of their own in newer versions: patterns hold in all of them.
  const steering: vscode.DocumentSelector = steeringGlobs.map((pattern) => ({ scheme: 'file', pattern }));
  const tasks: vscode.DocumentSelector = ['**/CONTEXT.md', '**/*.context.md'].map((pattern) => ({ scheme: 'file', pattern }));
  context.subscriptions.push(
    log.channel,
    documents,
    drafts,
    proposals,
    sessions,
    world,
    projects,
    configurations,
    facts,
    diagnostics,
    new LaunchStatus(facts, configurations, steering),
    new StageDiagnostics(sessions),
    new StagesView(sessions),
    previews,
    queries,
    lenses,
    vscode.languages.registerCodeLensProvider(tasks, lenses),
    vscode.languages.registerCodeActionsProvider(steering, new LintActions(diagnostics), { providedCodeActionKinds: LintActions.kinds }),
    vscode.languages.registerCodeActionsProvider(tasks, new StageFixes(sessions), { providedCodeActionKinds: StageFixes.kinds }),
    vscode.languages.registerCodeActionsProvider(StrategyFixes.documents, new StrategyFixes(world.files, sessions), {
      providedCodeActionKinds: StrategyFixes.kinds,
    }),
    vscode.languages.registerCompletionItemProvider(steering, new Completions(language), ...Completions.triggers),
    vscode.languages.registerHoverProvider(steering, new Hovers(language)),
    vscode.languages.registerDefinitionProvider(steering, navigation),
    vscode.languages.registerReferenceProvider(tasks, navigation),
    vscode.languages.registerDocumentHighlightProvider(tasks, navigation),
    vscode.languages.registerRenameProvider(tasks, new Renames(language)),
    vscode.languages.registerDocumentLinkProvider(steering, new DocumentLinks(language)),
    ...keys.register(),
    ...registerLintCommands({ log, world, diagnostics, configurations, documents: ruleDocuments, facts }),
    ...registerCommands({ adapters, sessions, runs, documents, previews, queries, proposals, templatesFolder }),
  );
}
