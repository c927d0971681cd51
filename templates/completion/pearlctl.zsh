#compdef pearlctl
# Completion of pearlctl for zsh. Made by: pearlctl completion zsh

# The instances that there are now: each has a folder of its own, named after it.
_pearlctl_instances() {
  local -a names
  names=(${PEARLCTL_HOME:+$PEARLCTL_HOME/pearlctl-*(N/:t)} ${XDG_CONFIG_HOME:-$HOME/.config}/pearlctl-*(N/:t) /etc/pearlctl-*(N/:t)
    $HOME/Library/Application\ Support/pearlctl-*(N/:t) /Library/Application\ Support/pearlctl-*(N/:t))
  names=(${names#pearlctl-})
  compadd -a names
}

# What a place offers after the words of the places before: $line has these, and the one that is being typed.
_pearlctl_after() {
  case "$1 ${line[1,-2]}" in
{{following}}
    *) _message "$2" ;;
  esac
}

_pearlctl() {
  local curcontext="$curcontext" state line
  local -a commands
  commands=(
{{commands}}
  )
  _arguments -C '(- *)--help[Show every command]' '(- *)--version[Show the version]' '1:command:->command' '*::argument:->argument'
  case $state in
    command) _describe -t commands 'command' commands ;;
    argument)
      case $words[1] in
{{verbs}}
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
