import { UserError } from '../ports';

export const modelKinds = ['anthropic', 'recorded'] as const;
export type ModelKind = (typeof modelKinds)[number];

/** What a person has set; an empty string is as good as nothing. */
export interface ModelSettings {
  /** `--model`, or the setting that stands for it. */
  asked?: string;
  apiKey?: string;
  authToken?: string;
  baseURL?: string;
}

export interface ModelChoice {
  kind: ModelKind;
  /** Why, as one sentence for a person: recorded answers must never pass for a model's. */
  reason: string;
}

/**
 * Which client answers: the one that was asked for, else Anthropic's where a key, a token or a base URL is set, else the recorded answers.
 * @throws UserError (exit code 2) where something else was asked for.
 */
export function chooseModel(settings: ModelSettings): ModelChoice {
  const { asked } = settings;
  if (asked) {
    const kind = modelKinds.find((each) => each === asked);
    if (!kind) throw new UserError(`There is no model client "${asked}".`, { todo: `Choose one of: ${modelKinds.join(', ')}.`, exitCode: 2 });
    return { kind, reason: kind === 'recorded' ? 'Recorded sample answers were asked for; no model is called.' : 'The Anthropic API was asked for.' };
  }
  if (settings.baseURL) return { kind: 'anthropic', reason: 'A base URL is set.' };
  if (settings.apiKey) return { kind: 'anthropic', reason: 'An API key is set.' };
  if (settings.authToken) return { kind: 'anthropic', reason: 'An auth token is set.' };
  return { kind: 'recorded', reason: 'Neither an API key nor a base URL is set: the answers are recorded samples, no model is called.' };
}
