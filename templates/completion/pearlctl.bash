# Completion of pearlctl for bash. Made by: pearlctl completion bash

# Sets `words` or `files` for a flag ($2) of a command ($1) that takes a value; fails for any other.
_pearlctl_value() {
  case "$1 $2" in
{{values}}
    *) return 1 ;;
  esac
}

# Sets `words` for the place ($2, from 0) of a command ($1), after the words of the places before ($3).
_pearlctl_place() {
  case "$1 $2" in
    " 0") words="{{commands}} help" ;;
    "help 0") words="{{commands}}" ;;
{{places}}
  esac
  case "$1 $3" in
{{following}}
  esac
}

# Adds the instances that there are now to `words`: each has a folder of its own, named after it.
_pearlctl_instances() {
  local folder name
  for folder in ${PEARLCTL_HOME:+"$PEARLCTL_HOME"/pearlctl-*} "${XDG_CONFIG_HOME:-$HOME/.config}"/pearlctl-* /etc/pearlctl-* \
    "$HOME/Library/Application Support"/pearlctl-* "/Library/Application Support"/pearlctl-*; do
    name="${folder##*/pearlctl-}"
    # Nothing else is a name, and compgen would expand what it is given.
    case "$name" in "" | *[!a-z0-9-]*) continue ;; esac
    [ -d "$folder" ] && words="$words $name"
  done
  return 0
}

_pearlctl_flags() {
  case "$1" in
    "") words="--help --version" ;;
{{flags}}
  esac
}

_pearlctl() {
  local current="${COMP_WORDS[COMP_CWORD]}" command="" flag="" words="" files="" place=0 before="" index=1 word
  COMPREPLY=()
  # Bash takes the = of --flag=value for a word of its own.
  [ "$current" = "=" ] && current=""
  while [ "$index" -lt "$COMP_CWORD" ]; do
    word="${COMP_WORDS[index]}"
    flag=""
    case "$word" in
      -*)
        if _pearlctl_value "$command" "$word"; then
          flag="$word"
          index=$((index + 1))
          [ "${COMP_WORDS[index]}" = "=" ] && index=$((index + 1))
          # The value is what is being typed.
          [ "$index" -ge "$COMP_CWORD" ] && break
          flag=""
        fi
        ;;
      *)
        if [ -z "$command" ]; then
          command="$word"
        else
          place=$((place + 1))
          before="${before:+$before }$word"
        fi
        ;;
    esac
    index=$((index + 1))
  done
  words=""
  files=""
  if [ -n "$flag" ]; then
    _pearlctl_value "$command" "$flag"
  elif [ "${current#-}" != "$current" ]; then
    _pearlctl_flags "$command"
  else
    _pearlctl_place "$command" "$place" "$before"
  fi
  if [ -n "$files" ]; then
    compopt -o filenames 2>/dev/null
    COMPREPLY=($(compgen -f -- "$current"))
  else
    COMPREPLY=($(compgen -W "$words" -- "$current"))
  fi
}

complete -F _pearlctl pearlctl
