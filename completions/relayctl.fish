# Completion of relayctl in fish. All knowledge is in the program: it is asked for the candidates of the word at
# the cursor, one a line with a description behind a tab. Nothing is expanded or evaluated here.

function __relayctl_complete
    set -l line (commandline --cut-at-cursor --current-process | string collect)
    set -l program (commandline --tokenize --cut-at-cursor --current-process)[1]
    # The very program that is typed, when it is typed by its path.
    set program (string replace --regex '^~/' "$HOME/" -- $program)
    if not string match --quiet '*/*' -- $program; or not test -f "$program" -a -x "$program"
        set program relayctl
    end
    command $program __complete fish "$line" 2>/dev/null </dev/null
end

function __relayctl_wants_file
    set -l candidates (__relayctl_complete)
    test "$candidates" = :file
end

complete --command relayctl --no-files --arguments '(__relayctl_complete | string match --invert :file)'
complete --command relayctl --force-files --condition __relayctl_wants_file
