// `pearlctl completion`: a script that completes commands, flags and their values in a shell.
import { EXIT } from '../../base/errors.ts';
import { type Command, type CommandEntry, defineCommand } from '../command.ts';
import { renderBash } from '../completion/bash.ts';
import { renderFish } from '../completion/fish.ts';
import { readGrammar } from '../completion/grammar.ts';
import { renderZsh } from '../completion/zsh.ts';
import { GLOBAL_OPTIONS } from '../global-options.ts';

const RENDER = { bash: renderBash, zsh: renderZsh, fish: renderFish };

/** @param commands the table that names this command too, so it is handed over rather than imported. */
export const completionOf = (commands: readonly CommandEntry[]): Command =>
  defineCommand({
    description:
      'Prints a script that completes commands, flags, checks, keys and their values in your shell. It is made from the ' +
      'same tables as the help pages; make it again after an upgrade.',
    examples: [
      [
        'pearlctl completion bash > ~/.local/share/bash-completion/completions/pearlctl',
        'For bash, from the next shell on',
      ],
      ['pearlctl completion zsh > "$fpath[1]/_pearlctl"', 'For zsh'],
      ['pearlctl completion fish > ~/.config/fish/completions/pearlctl.fish', 'For fish'],
      ['source <(pearlctl completion bash)', 'Only in this shell'],
    ],
    positionals: {
      shell: {
        choices: Object.keys(RENDER) as (keyof typeof RENDER)[],
        demandOption: true,
        describe: 'bash, zsh or fish',
      },
    },
    async run({ shell }, context) {
      const script = RENDER[shell](await readGrammar(commands, GLOBAL_OPTIONS));
      context.print(script, { schemaVersion: 1, shell, script });
      return EXIT.ok;
    },
  });
