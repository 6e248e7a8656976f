// What a run of `send --batch` has sent, kept in a file, so that a later run sends none of it a second time,
// however this one ended. A message is known by the SHA-256 of what was handed in. Before it goes to a server
// it is noted, and the note is on the disk; what became of it is noted behind. The file is text: a head, then
// a line a note.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/base64.hpp"
#include "base/result.hpp"
#include "cli/journal_file.hpp"
#include "relay/log_entry.hpp"

namespace cli {

class SendJournal {
  public:
    // Makes the file or reads it. `recipients` says whom the messages of the run go to. Errors: usage, when
    // the file is no such journal or one of other recipients; conflict, when another process uses it; io.
    static base::Result<std::unique_ptr<SendJournal>> open(const std::filesystem::path& path,
                                                           std::string_view recipients);

    enum class Before {
        nothing,  // it is to be sent: new, or not accepted by anyone
        sent,     // accepted
        unknown,  // it may have been delivered: so until somebody changes its note
        partly,   // accepted for some, and put off for `Past::put_off`: for those it is to be sent
        cut_off,  // an earlier run ended while it was on its way: it may have been delivered
    };
    struct Past {
        Before before = Before::nothing;
        std::vector<std::string> put_off = {};  // recipients, as they were given to finish()
    };
    // What earlier runs did with it. Equal messages are told apart by their number: of three that are alike
    // and of which two were sent, one is to be sent.
    Past take(const base::Bytes& digest);

    // To be called before the message may reach a server, and after it is known what became of it. `result`:
    // nullopt = no server took or refused it. `put_off`: the recipients, in one line each, for whom a message
    // that was accepted is to be tried again. `name` is for people. Errors: io; then nothing may be sent.
    base::Result<void> begin(const base::Bytes& digest, std::string_view name);
    base::Result<void> finish(const base::Bytes& digest, std::string_view name,
                              std::optional<relay::LogResult> result,
                              const std::vector<std::string>& put_off = {});

  private:
    struct Notes {
        unsigned sent = 0;
        unsigned unknown = 0;
        unsigned begun = 0;                                 // and not finished
        std::vector<std::string> named = {};                // put off, of the result that comes next
        std::vector<std::vector<std::string>> partly = {};  // accepted, but for these
        std::vector<std::string> resumed = {};              // for whom the last that was begun was
    };
    explicit SendJournal(JournalFile file) : file_(std::move(file)) {}
    base::Result<void> load();
    bool read_note(std::string_view line);

    JournalFile file_;
    std::map<std::string, Notes, std::less<>> notes_;  // by digest, in hexadecimal
};

}  // namespace cli
