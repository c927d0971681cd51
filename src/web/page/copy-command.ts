// Commands that are shown can be copied by one click: the only button of this page, and it changes nothing but the clipboard.

const TOLD_MS = 2000;

/** Listens once for every button that is there or comes. `say` tells a screen reader. */
export function listenToCopies(say: (words: string) => void): void {
  document.addEventListener('click', (event) => {
    const button = event.target instanceof Element ? event.target.closest('[data-copy]') : null;
    const command = button?.parentElement?.querySelector('[data-command]')?.textContent ?? null;
    if (button !== null && command !== null) void copy(button, command, say);
  });
}

async function copy(button: Element, command: string, say: (words: string) => void): Promise<void> {
  const told = await navigator.clipboard.writeText(command).then(
    () => 'Copied',
    () => 'Not allowed',
  );
  button.textContent = told;
  say(`${told}: ${command}`);
  window.setTimeout(() => {
    button.textContent = 'Copy';
  }, TOLD_MS);
}

/** Puts a command into its place, or hides that. */
export function showCommand(place: Element | null, words: readonly string[] | null): void {
  if (!(place instanceof HTMLElement)) return;
  place.hidden = words === null;
  const code = place.querySelector('[data-command]');
  const text = words?.map(quoted).join(' ') ?? '';
  if (code !== null && code.textContent !== text) code.textContent = text;
}

/** For a POSIX shell. */
function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
