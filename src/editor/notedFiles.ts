import type { Files } from '../ports';

/** The files, with the paths of what is read noted: only what happens to these can change what was made of them. */
export function notedFiles(files: Files, reads: Set<string>): Files {
  const { readMany, readLines } = files;
  return {
    read: (path, maxBytes) => {
      reads.add(path);
      return files.read(path, maxBytes);
    },
    ...(readMany
      ? {
          readMany: (paths: readonly string[], maxBytes: number) => {
            for (const path of paths) reads.add(path);
            return readMany.call(files, paths, maxBytes);
          },
        }
      : {}),
    ...(readLines
      ? {
          readLines: (path: string, maxBytes: number, from?: number) => {
            reads.add(path);
            return readLines.call(files, path, maxBytes, from);
          },
        }
      : {}),
    ...(files.personKey ? { personKey: files.personKey } : {}),
    stat: (path) => files.stat(path),
    list: (folder) => files.list(folder),
    realPath: (path) => files.realPath(path),
    write: (path, text, over) => files.write(path, text, over),
    append: (path, text) => files.append(path, text),
    remove: (path) => files.remove(path),
  };
}
