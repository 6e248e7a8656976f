// A message that is handed in to be sent: read, made fit to leave, and put on the wire.
#include <string>

#include "base/text.hpp"
#include "fuzz/fuzz.hpp"
#include "mail/message.hpp"
#include "mail/submission.hpp"
#include "smtp/mail_data.hpp"

namespace {

using fuzz::require;

struct Read {
    bool good = true;
    mail::Header header;
    std::string body;
    bool operator==(const Read& other) const {
        if (!good || !other.good) return good == other.good;
        return header.text() == other.header.text() && body == other.body;
    }
};

Read read(std::string_view text, std::size_t chunk) {
    Read result;
    mail::MessageReader reader;
    for (std::size_t at = 0; at < text.size() && result.good; at += chunk) {
        const auto body = reader.feed(text.substr(at, chunk));
        result.good = body.has_value();
        if (result.good) result.body += *body;
    }
    if (!result.good) return result;
    const auto rest = reader.finish();
    result.good = rest.has_value();
    if (result.good) result.body += *rest;
    result.header = reader.header();
    return result;
}

std::string on_wire(std::string_view text, smtp::Dots dots, std::size_t chunk) {
    smtp::MailData data(dots);
    std::string wire;
    for (std::size_t at = 0; at < text.size(); at += chunk)
        wire += data.feed(text.substr(at, chunk));
    wire += data.finish();
    require(wire.size() == data.octets(), "octets are counted as they are given out");
    return wire;
}

// SMTP smuggling: nothing but CRLF ends a line, and nothing but the client's own dot ends the message.
void check_wire(std::string_view wire) {
    for (std::size_t i = 0; i < wire.size(); ++i) {
        if (wire[i] == '\n') require(i > 0 && wire[i - 1] == '\r', "no bare LF leaves");
        if (wire[i] == '\r') require(i + 1 < wire.size() && wire[i + 1] == '\n', "no bare CR leaves");
    }
    require(wire.empty() || wire.ends_with("\r\n"), "the last line has its end");
    const std::string framed = "\r\n" + std::string(wire);
    require(framed.find("\r\n.\r\n") == std::string::npos, "no line of one dot leaves");
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto text = fuzz::text_of(data, size);
    const auto message = read(text, size + 1);
    require(message == read(text, 7) && message == read(text, 1), "the same message in any chunking");
    const auto wire = on_wire(text, smtp::Dots::doubled, size + 1);
    require(wire == on_wire(text, smtp::Dots::doubled, 3), "the same on the wire in any chunking");
    check_wire(wire);
    if (!message.good) return 0;
    mail::SubmissionOptions options;
    options.message_id_left = "1.2";
    const auto submission = mail::prepare_submission(message.header, options, mail::Recipients::wanted);
    if (submission.has_error()) return 0;
    const auto again = read(submission->header + "\r\n" + message.body, size + 1);
    require(again.good && again.body == message.body, "what is sent is a message with the same body");
    for (const auto* name : {"Bcc", "Resent-Bcc", "Return-Path", "X-Mail-Type"})
        require(again.header.count(name) == 0, "what must not leave is taken out");
    for (const auto* name : {"Date", "Message-ID"})
        require(again.header.count(name) > 0, "what must be there is");
    require(again.header.count("From") == 1, "there is one From field");
    for (const auto& recipient : submission->recipients)
        for (const char c : recipient.to_string())
            require(!base::is_control(c), "no recipient has a control character");
    return 0;
}
