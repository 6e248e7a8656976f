# Completion of relayctl in bash. All knowledge is in the program: it is asked for the candidates of the word
# at the cursor, one a line, and they are offered as they are. Nothing is expanded or evaluated here.

_relayctl() {
    local program=${COMP_WORDS[0]} answer candidate
    COMPREPLY=()
    # The very program that is typed, when it is typed by its path.
    [[ $program != '~/'* ]] || program=$HOME/${program:2}
    [[ $program == */* && -f $program && -x $program ]] || program=relayctl
    answer=$(command -- "$program" __complete bash "${COMP_LINE:0:COMP_POINT}" "$2" 2>/dev/null </dev/null)
    if [[ $answer == :file ]]; then
        compopt -o default
        return
    fi
    while IFS= read -r candidate; do
        [[ -z $candidate ]] || COMPREPLY+=("${candidate%%$'\t'*}")
    done <<<"$answer"
}

complete -o nosort -F _relayctl relayctl
