// One connection of a probe that goes on where the matrix stops: opened as the endpoint wants it, traced, and
// every failure told as a finding.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/probe_login.hpp"
#include "smtp/diagnosis.hpp"
#include "smtp/session.hpp"

namespace app {

class Dialogue {
  public:
    // All must outlive the dialogue. `cell` is one of the report's combinations.
    Dialogue(net::Dialer& dialer, ProbeReport& report, const Combination& cell,
             const DialogueRequest& request);

    // Connects, up to the last EHLO: TLS as the endpoint wants it, with a certificate that verified unless
    // the target's verification is off. false = a finding says why not.
    net::Task<bool> open();
    // One command; nullopt = the connection failed, and a finding says so.
    net::Task<std::optional<smtp::Reply>> say(std::string command);
    // QUIT where the server still listens. Never fails.
    net::Task<void> close();

    smtp::Session& session() { return *session_; }
    // Of a step of the session that failed outside of say().
    void fail(const base::Error& error);
    // These octets never show again: in the trace, in texts that went through hide().
    void keep_secret(std::vector<base::Secret> secrets);
    std::string hide(std::string text) const;

    // Adds the finding, and makes the dialogue's verdict no better than this one.
    void add(std::string_view id, std::string observed, finding::Verdict verdict, std::string remedy = {});
    void lower(finding::Verdict verdict);
    // Ctrl-C, or our own fault.
    const std::optional<base::Error>& error() const { return error_; }

  private:
    net::Task<bool> connect();
    net::Task<bool> start_tls();
    net::Task<bool> greeting();
    net::Task<bool> ehlo();
    bool judge(const base::Result<smtp::Reply>& reply, smtp::Stage stage);
    void tell(char mark, std::string_view text) const;

    net::Dialer& dialer_;
    ProbeReport& report_;
    const Combination& cell_;
    const DialogueRequest& request_;
    net::Deadline start_;
    std::unique_ptr<net::Stream> stream_;
    std::optional<smtp::Session> session_;
    std::vector<base::Secret> secrets_;
    std::optional<base::Error> error_;
    bool is_open_ = false;
};

}  // namespace app
