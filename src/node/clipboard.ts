import { homedir } from 'node:os';
import { type Commands, UserError } from '../ports';

const patienceMs = 10_000;

/** The platform's own tools for the clipboard, in the order in which they are tried. */
function tools(platform: NodeJS.Platform, env: NodeJS.ProcessEnv): string[] {
  if (platform === 'darwin') return ['pbcopy'];
  // clip.exe would take the text for one in the code page of the machine.
  const windows =
    'powershell.exe -NoProfile -NonInteractive -Command "[Console]::InputEncoding = [Text.Encoding]::UTF8; Set-Clipboard -Value ([Console]::In.ReadToEnd())"';
  if (platform === 'win32') return [windows];
  // They stay behind to hand the text out: with an open stdout they would be waited for.
  const quietly = (tool: string) => `${tool} >/dev/null 2>&1`;
  const x = ['xclip -selection clipboard', 'xsel --clipboard --input'].map(quietly);
  const wayland = quietly('wl-copy');
  return [...(env.WAYLAND_DISPLAY ? [wayland, ...x] : [...x, wayland]), ...(env.WSL_DISTRO_NAME ? [windows.replace(/"/g, "'")] : [])];
}

/**
 * Put a text on the clipboard. The commands are ours; the text goes in on stdin.
 * @throws UserError (exit 2) where no tool is there, or none can reach a clipboard
 */
export async function copyToClipboard(text: string, commands: Commands, env: NodeJS.ProcessEnv, platform = process.platform): Promise<void> {
  for (const tool of tools(platform, env)) {
    // Not where the person works: Windows looks for programs there first, and a repository may bring some.
    const { exitCode } = await commands.run(tool, {
      cwd: homedir(),
      env: env.PATH === undefined ? undefined : { PATH: env.PATH },
      input: text,
      timeoutMs: patienceMs,
    });
    if (exitCode === 0) return;
  }
  const todo =
    platform === 'linux'
      ? 'Install wl-clipboard (Wayland), or xclip or xsel (X11), or leave --copy out and pipe the output.'
      : 'Leave --copy out and pipe the output.';
  throw new UserError('The clipboard could not be reached.', { todo, exitCode: 2 });
}
