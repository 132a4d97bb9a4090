import { formatTokens } from '../catalog/tokens';
import type { Preview } from '../stage/preview';
import { jsonText } from './json';

/** A bundle in the shape that `--json` promises. */
export function stageJson(preview: Preview, exact?: number): string {
  const { bundle: own, prompt, sent, each, item, reused, inputTokens, model } = preview;
  return jsonText({
    stage: own.stage,
    model,
    sent,
    each: each ?? null,
    item: item ?? null,
    budget: own.budget,
    tokens: own.tokens,
    inputTokens: { estimated: inputTokens, exact: exact ?? null },
    reused: reused ?? null,
    pieces: own.pieces.map(({ source, heading, lines, outline, tokens, reason }) => ({ source, heading, lines, outline, tokens, reason })),
    omitted: own.omitted.map(({ source, heading, tokens, reason }) => ({ source, heading, tokens, reason })),
    missing: own.missing.map((name) => name.text),
    secrets: own.secrets.map(({ source, line, kind }) => ({ source, line, kind })),
    prompt: prompt.text,
  });
}

/** What is in, and what was left out and why, a line for each. */
export function stageTable(preview: Preview, exact?: number): string {
  const { bundle: own, sent, each, item, reused, inputTokens } = preview;
  const lines = [
    sent
      ? `Stage ${own.stage}: ${formatTokens(own.tokens)} of ${formatTokens(own.budget)} tokens (estimated)`
      : `Stage ${own.stage} is a Code stage: nothing is sent to a model. Its command gets these as files:`,
  ];
  if (each) lines.push(`  once for each ${each}; ${item ? `shown: item ${item.number} of ${item.of}, ${oneLine(item.value)}` : 'the list is not known yet'}`);
  if (sent) {
    const off = exact === undefined ? '' : `, ${exact} counted by the API (the estimate is ${percent(inputTokens / Math.max(1, exact) - 1)} off)`;
    lines.push(`  with the task and what is said around it: ${formatTokens(inputTokens)} tokens (estimated)${off}`);
    if (reused)
      lines.push(`  of these ${formatTokens(reused.tokens)} begin stage ${reused.with} as well: read from the cache when this runs within minutes of it`);
  }
  for (const piece of own.pieces)
    lines.push(`  ${formatTokens(piece.tokens).padStart(6)}  ${place(piece)}${piece.outline ? ' (outline)' : ''}: ${piece.reason}`);
  for (const left of own.omitted) lines.push(`  left out  ${place(left)}: ${left.reason}`);
  for (const name of own.missing) lines.push(`  missing   ${name.text}: give it with --input, or run what makes it`);
  if (own.secrets.length) lines.push('  blocked   as it is, this stage does not run: what looks like a secret is listed above');
  return `${lines.map((line) => line.replace(/[\r\n\u2028\u2029]+/g, ' ')).join('\n')}\n`;
}

/** The table, and below it what is sent. */
export function stageText(preview: Preview, exact?: number): string {
  const { system, user } = preview.prompt.text;
  return preview.sent ? `${stageTable(preview, exact)}\n--- system\n${system}\n\n--- user\n${user}\n` : stageTable(preview, exact);
}

/** The same as a Markdown document; nothing in a prompt can close the fence it stands in. */
export function stageMarkdown(preview: Preview, exact?: number): string {
  const fenced = (text: string, language: string) => {
    const fence = '`'.repeat(Math.max(3, ...[...text.matchAll(/`{3,}/g)].map(([run]) => run.length + 1)));
    return `${fence}${language}\n${text.trimEnd()}\n${fence}\n`;
  };
  const { system, user } = preview.prompt.text;
  const table = `# Bundle of stage ${preview.bundle.stage}\n\n${fenced(stageTable(preview, exact), 'text')}`;
  return preview.sent ? `${table}\n## System\n\n${fenced(system, 'markdown')}\n## User\n\n${fenced(user, 'markdown')}` : table;
}

function place(piece: { source: string; heading: string | null; lines?: [number, number] | null }): string {
  return `${piece.source}${piece.heading ? ` # ${piece.heading}` : ''}${piece.lines ? `:${piece.lines[0]}-${piece.lines[1]}` : ''}`;
}

function oneLine(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > 80 ? `${line.slice(0, 79)}…` : line;
}

function percent(share: number): string {
  return `${share > 0 ? '+' : ''}${Math.round(share * 100)}%`;
}
