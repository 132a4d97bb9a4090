import type * as vscode from 'vscode';
import type { Agreements } from '../ports';

const key = 'haikuFirst.agreed';

/** What a person agreed to in this editor, kept in its own state: no workspace can write it for them. */
export function agreementsIn(state: vscode.Memento): Agreements {
  const all = () => state.get<string[]>(key) ?? [];
  return {
    async has(what) {
      return all().includes(what);
    },
    async add(what) {
      if (!all().includes(what)) await state.update(key, [...all(), what]);
    },
  };
}
