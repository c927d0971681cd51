# Completion of pearlctl for fish. Made by: pearlctl completion fish

# The instances that there are now.
function __pearlctl_instances
  set -l config $HOME/.config
  set -q XDG_CONFIG_HOME; and set config $XDG_CONFIG_HOME
  set -l folders $config/pearlctl-*/ /etc/pearlctl-*/ $HOME/Library/Application\ Support/pearlctl-*/ /Library/Application\ Support/pearlctl-*/
  set -q PEARLCTL_HOME; and set folders $folders $PEARLCTL_HOME/pearlctl-*/
  string replace -r '.*/pearlctl-(.*)/' '$1' -- $folders
end

complete -c pearlctl -f
complete -c pearlctl -n __fish_use_subcommand -l version -d "Show the version"
complete -c pearlctl -n __fish_use_subcommand -s h -l help -d "Show every command"
{{lines}}
