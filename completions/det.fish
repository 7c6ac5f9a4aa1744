# fish completion of det: the program itself knows what may stand where.

function __det_complete
    set -l words (commandline -opc)
    set -l current (string unescape -- (commandline -ct))
    for answer in (command det __complete fish $words[2..-1] "$current" 2>/dev/null)
        set -l parts (string split -m 2 \t -- $answer)
        if test -n "$parts[1]"
            printf '%s\n' $answer
        else
            set -l path (string sub -s (math (string length -- "$parts[3]") + 1) -- "$current")
            set -l found (__fish_complete_path "$path")
            test "$parts[2]" = directories && set found (__fish_complete_directories "$path" '')
            string replace -r '^' (string escape --style=regex -- "$parts[3]") -- $found
        end
    end
end

complete -c det -f -a '(__det_complete)'
