"""The lab's HTTPS server for MTA-STS policies: https_server.py ADDRESS PORT CA_DIRECTORY

Which policy, certificate or fault a client gets depends on the host it asks for.
"""

import http.server
import os
import pwd
import ssl
import sys

POLICY = "version: STSv1\r\nmode: {mode}\r\nmx: {mx}\r\nmax_age: 604800\r\n"
PATH = "/.well-known/mta-sts.txt"
GOOD = POLICY.format(mode="enforce", mx="mail.relay.test")

# host -> (status, fields, body)
TEXT = {"Content-Type": "text/plain"}
PAGES = {
    "mta-sts.sts-good.test": (200, TEXT, GOOD),
    "mta-sts.sts-unmatched.test": (200, TEXT, POLICY.format(mode="enforce", mx="*.sts-unmatched.test")),
    "mta-sts.sts-testing.test": (200, {"Content-Type": "text/html"},
                                 POLICY.format(mode="testing", mx="*.relay.test")),
    "mta-sts.sts-redirect.test": (301, {"Location": f"https://mta-sts.sts-good.test{PATH}"}, ""),
    "mta-sts.sts-syntax.test": (200, TEXT, GOOD.replace("mode: enforce", "mode = enforce")),
    "mta-sts.sts-large.test": (200, TEXT, GOOD + "#" * 200_000),
    "mta-sts.sts-expired.test": (200, TEXT, GOOD),
    "mta-sts.sts-name.test": (200, TEXT, GOOD),
}
# Hosts with a certificate of their own; all others share one, which sts-name.test is not in.
CERTIFICATES = {"mta-sts.sts-expired.test": "policy-expired"}
SHARED = [host for host in PAGES if host not in CERTIFICATES and host != "mta-sts.sts-name.test"]


class Handler(http.server.BaseHTTPRequestHandler):
    timeout = 10

    def do_GET(self):
        host = self.headers.get("Host", "").rpartition(":")[0] or self.headers.get("Host", "")
        status, fields, body = PAGES.get(host, (404, TEXT, "no such host\n"))
        if self.path != PATH:
            status, fields, body = 404, TEXT, "no such page\n"
        self.send_response(status)
        for name, value in fields.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body.encode())


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, address, contexts):
        super().__init__(address, Handler)
        self.contexts = contexts

    def finish_request(self, request, client_address):
        """In the connection's own thread, so that a client that stalls holds up nobody else."""
        request.settimeout(Handler.timeout)
        try:
            with self.contexts[None].wrap_socket(request, server_side=True) as stream:
                super().finish_request(stream, client_address)
        except OSError:  # ssl.SSLError too: the client did not like the certificate
            pass


def make_contexts(directory):
    def load(name):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(os.path.join(directory, f"{name}.chain.pem"), os.path.join(directory, f"{name}.key"))
        return context

    contexts = {None: load("policy"), **{host: load(name) for host, name in CERTIFICATES.items()}}

    def choose(stream, host, _):
        stream.context = contexts.get(host, contexts[None])

    contexts[None].sni_callback = choose
    return contexts


def main(address, port, directory):
    server = Server((address, int(port)), make_contexts(directory))
    if os.geteuid() == 0:
        nobody = pwd.getpwnam("nobody")
        os.setgroups([])
        os.setgid(nobody.pw_gid)
        os.setuid(nobody.pw_uid)
    print("ready", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main(*sys.argv[1:])
