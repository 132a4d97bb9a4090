import { posix } from 'node:path';

/** Files that tools look for by their name, and that say what these tools run: the name, and who acts on it. */
const startingFiles: readonly [name: RegExp, tool: string][] = [
  [/^package\.json$/i, 'npm'],
  [/^binding\.gyp$/i, 'npm install'],
  [/^(?:gnu)?makefile$|\.mk$/i, 'make'],
  [/^justfile$/i, 'just'],
  [/^taskfile(?:\.dist)?\.ya?ml$/i, 'Task'],
  [/^(?:docker|container)file$|\.dockerfile$/i, 'Docker'],
  [/^(?:docker-)?compose(?:\.override)?\.ya?ml$/i, 'Docker Compose'],
  [/\.gradle(?:\.kts)?$/i, 'Gradle'],
  [/^pom\.xml$/i, 'Maven'],
  [/^build\.sbt$/i, 'sbt'],
  [/^tox\.ini$/i, 'tox'],
  [/^noxfile\.py$/i, 'nox'],
  [/^conftest\.py$/i, 'pytest'],
  [/^(?:setup\.py|pyproject\.toml)$/i, 'pip install'],
  [/^(?:site|user)customize\.py$/i, 'Python'],
  [/^cmakelists\.txt$|\.cmake$/i, 'CMake'],
  [/^meson\.build$/i, 'Meson'],
  [/\.(?:bazel|bzl)$/i, 'Bazel'],
  [/^sconstruct$/i, 'SCons'],
  [/^rakefile$/i, 'Rake'],
  [/^gemfile$/i, 'Bundler'],
  [/^vagrantfile$/i, 'Vagrant'],
  [/^composer\.json$/i, 'Composer'],
  [/^deno\.jsonc?$/i, 'Deno'],
  [/^mise\.toml$/i, 'mise'],
  [/^build\.rs$/i, 'Cargo'],
  [/^(?:flake|default|shell)\.nix$/i, 'Nix'],
  [/\.(?:cs|fs|vb|vcx)proj$|^directory\.build\.(?:props|targets)$/i, 'MSBuild'],
  [/^lefthook\.ya?ml$/i, 'git, through Lefthook,'],
  [/^(?:jenkinsfile|procfile)$|^(?:azure|bitbucket)-pipelines\.ya?ml$|^appveyor\.ya?ml$|^cloudbuild\.ya?ml$/i, 'the build server'],
  [/^gruntfile\.[cm]?[jt]s$/i, 'Grunt'],
  [/^gulpfile\.[cm]?[jt]s$/i, 'gulp'],
  [/^[\w-]+\.config\.[cm]?[jt]s$/i, 'the tool it configures'],
];

/** The tool that finds a file by its name and runs what it says: `make` for a Makefile. Undefined where none is known. */
export function toolStartedBy(path: string): string | undefined {
  const name = posix.basename(path);
  return startingFiles.find(([pattern]) => pattern.test(name))?.[1];
}
