// The completion script for zsh, by its own _arguments; works from a folder in $fpath and when it is sourced.
import { type ArgumentPlace, type Flag, followingArms, type Verb } from './grammar.ts';

export function renderZsh(verbs: readonly Verb[]): string {
  return `#compdef pearlctl
# Completion of pearlctl for zsh. Made by: pearlctl completion zsh

# The instances that there are now: each has a folder of its own, named after it.
_pearlctl_instances() {
  local -a names
  names=(\${PEARLCTL_HOME:+$PEARLCTL_HOME/pearlctl-*(N/:t)} \${XDG_CONFIG_HOME:-$HOME/.config}/pearlctl-*(N/:t) /etc/pearlctl-*(N/:t)
    $HOME/Library/Application\\ Support/pearlctl-*(N/:t) /Library/Application\\ Support/pearlctl-*(N/:t))
  names=(\${names#pearlctl-})
  compadd -a names
}

# What a place offers after the words of the places before: $line has these, and the one that is being typed.
_pearlctl_after() {
  case "$1 \${line[1,-2]}" in
${followingArms(verbs, (words) => `compadd ${words}`)}
    *) _message "$2" ;;
  esac
}

_pearlctl() {
  local curcontext="$curcontext" state line
  local -a commands
  commands=(
${verbs.map(({ name, text }) => `    ${quote(`${name}:${text}`)}`).join('\n')}
  )
  _arguments -C '(- *)--help[Show every command]' '(- *)--version[Show the version]' '1:command:->command' '*::argument:->argument'
  case $state in
    command) _describe -t commands 'command' commands ;;
    argument)
      case $words[1] in
${verbs.map(verbArm).join('\n')}
        help) _describe -t commands 'command' commands ;;
      esac
      ;;
  esac
}

if [ "$funcstack[1]" = "_pearlctl" ]; then
  _pearlctl "$@"
else
  compdef _pearlctl pearlctl
fi
`;
}

function verbArm({ name, flags, places }: Verb): string {
  const specs = [...flags.flatMap(flagSpecs), ...places.map((place, index) => placeSpec(name, place, index))];
  return `        ${name})\n          _arguments \\\n${specs.map((spec) => `            ${quote(spec)}`).join(' \\\n')}\n          ;;`;
}

function flagSpecs({ name, short, text, takes }: Flag): string[] {
  const tail = `[${text.replace(/[[\]\\]/g, '\\$&')}]${takes === 'nothing' ? '' : `:${name}:${actionFor(takes)}`}`;
  const equals = takes === 'nothing' ? '' : '=';
  return [`--${name}${equals}${tail}`, ...(short === null ? [] : [`-${short}${tail}`])];
}

function actionFor(takes: Exclude<Flag['takes'], 'nothing'>): string {
  if (takes === 'file') return '_files';
  if (takes === 'instance') return '_pearlctl_instances';
  return takes === 'anything' ? ' ' : `(${takes.join(' ')})`;
}

function placeSpec(command: string, { name, words, after, repeats }: ArgumentPlace, index: number): string {
  const action =
    after.length > 0 ? `{_pearlctl_after ${command} ${name}}` : words.length === 0 ? ' ' : `(${words.join(' ')})`;
  return `${repeats ? '*' : index + 1}:${name}:${action}`;
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
