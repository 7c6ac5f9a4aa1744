# bash completion of det: the program itself knows what may stand where.

_det() {
  # Readline takes = and : for ends of words: put together again what the line does not divide by blanks.
  local line=${COMP_LINE:0:COMP_POINT} words=() before part i
  line=${line#*"${COMP_WORDS[0]}"}
  for ((i = 1; i <= COMP_CWORD; i++)); do
    before=$line
    line=${line#"${line%%[![:space:]]*}"}
    part=${COMP_WORDS[i]}
    ((i == COMP_CWORD)) && part=$line
    if [[ $line != "$before" || ${#words[@]} -eq 0 ]]; then words+=("$part"); else words[-1]+=$part; fi
    line=${line#"$part"}
  done

  local current=${words[-1]} answer value quoted
  local kept=${current%"$2"}  # what readline leaves as it is
  COMPREPLY=()
  while IFS= read -r answer; do
    case $answer in
      $'\tfiles\t'*) compopt -o default 2>/dev/null ;;
      $'\tdirectories\t'*) compopt -o dirnames 2>/dev/null ;;
      *)
        value=${answer%%$'\t'*}
        printf -v quoted %q "$value"
        case $current in
          *[\"\']*)  # readline quotes nothing within quotes: only what needs none
            [[ $quoted == "$value" && $2 != *[\"\']* && $value == *"$2"* ]] || continue
            kept=${value%%"$2"*}
            ;;
        esac
        COMPREPLY+=("${quoted#"$kept"}")
        ;;
    esac
  done < <(command det __complete bash "${words[@]}" 2>/dev/null)
}

complete -F _det det
