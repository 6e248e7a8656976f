"""Other programs that verify DKIM signatures: python3-dkim, Mail::DKIM and libopendkim.

Each verify_...(messages, records) takes octets by name and the key records by "selector._domainkey.domain", and gives
{name: [verdict of each signature, in the order of the fields]}, where a verdict is "pass" or says what went wrong.
None of them asks the DNS. Peers are Debian packages; available() says which are there.
"""

import base64
import ctypes
import ctypes.util
import json
import shutil
import subprocess
import tempfile
from pathlib import Path

PERL = Path(__file__).resolve().parent / "mail_dkim_verify.pl"


def signature_count(octets):
    header = octets.partition(b"\r\n\r\n")[0]
    return sum(line.lower().startswith(b"dkim-signature") for line in header.split(b"\r\n"))


def verify_dkimpy(messages, records):
    import dkim

    def look_up(name, timeout=5):
        return records.get(name.decode().rstrip(".").lower(), "").encode() or None

    def verdict(octets, index):
        try:
            good = dkim.DKIM(octets).verify(idx=index, dnsfunc=look_up)
        except (dkim.DKIMException, UnicodeError, ValueError) as error:
            return f"{type(error).__name__}: {error}"
        return "pass" if good else "fail"

    return {name: [verdict(octets, index) for index in range(signature_count(octets))]
            for name, octets in messages.items()}


def verify_mail_dkim(messages, records):
    request = {"records": records,
               "messages": {name: base64.b64encode(octets).decode() for name, octets in messages.items()}}
    run = subprocess.run(["perl", str(PERL)], input=json.dumps(request), capture_output=True, text=True, check=True,
                         timeout=300)
    return json.loads(run.stdout)


class OpenDkim:
    """libopendkim, with the keys in a file instead of the DNS."""

    SETOPT, QUERY_METHOD, QUERY_INFO, QUERY_FILE = 1, 6, 7, 1

    def __init__(self, records, folder):
        self.library = ctypes.CDLL("libopendkim.so.11")
        keys = Path(folder) / "keys"
        keys.write_text("".join(f"{name} {text}\n" for name, text in records.items()))
        for name in ("dkim_init", "dkim_verify"):
            getattr(self.library, name).restype = ctypes.c_void_p
        self.library.dkim_sig_geterrorstr.restype = ctypes.c_char_p
        self.handle = ctypes.c_void_p(self.library.dkim_init(None, None))
        method = ctypes.c_int(self.QUERY_FILE)
        path = ctypes.create_string_buffer(str(keys).encode())
        self.option(self.QUERY_METHOD, ctypes.byref(method), ctypes.sizeof(method))
        self.option(self.QUERY_INFO, path, len(path.value))

    def option(self, which, value, size):
        status = self.library.dkim_options(self.handle, self.SETOPT, which, value, ctypes.c_size_t(size))
        if status != 0:
            raise RuntimeError(f"dkim_options: {status}")

    def verify(self, octets):
        status = ctypes.c_int()
        message = ctypes.c_void_p(self.library.dkim_verify(self.handle, b"test", None, ctypes.byref(status)))
        try:
            # In pieces as a socket gives them.
            for at in range(0, len(octets), 4096):
                piece = octets[at:at + 4096]
                status = self.library.dkim_chunk(message, piece, ctypes.c_size_t(len(piece)))
                if status != 0:
                    return [f"dkim_chunk: {status}"]
            self.library.dkim_chunk(message, None, ctypes.c_size_t(0))
            self.library.dkim_eom(message, None)
            return self.verdicts(message)
        finally:
            self.library.dkim_free(message)

    def verdicts(self, message):
        signatures = ctypes.POINTER(ctypes.c_void_p)()
        count = ctypes.c_int()
        status = self.library.dkim_getsiglist(message, ctypes.byref(signatures), ctypes.byref(count))
        if status != 0:
            return [f"dkim_getsiglist: {status}"]
        result = []
        for index in range(count.value):
            signature = ctypes.c_void_p(signatures[index])
            # dkim_eom() stops at the first good one.
            self.library.dkim_sig_process(message, signature)
            error = self.library.dkim_sig_geterror(signature)
            body = self.library.dkim_sig_getbh(signature)
            words = (self.library.dkim_sig_geterrorstr(error) or b"?").decode()
            result.append("pass" if error == 0 and body == 0 else f"{words}, body hash {body}")
        return result


def verify_opendkim(messages, records):
    with tempfile.TemporaryDirectory() as folder:
        peer = OpenDkim(records, folder)
        return {name: peer.verify(octets) for name, octets in messages.items()}


def available():
    """{name: function} of the peers that are installed."""
    peers = {}
    try:
        import dkim  # noqa: F401
        peers["dkimpy"] = verify_dkimpy
    except ImportError:
        pass
    if shutil.which("perl") and subprocess.run(["perl", "-MMail::DKIM::Verifier", "-e", "1"], capture_output=True,
                                               check=False).returncode == 0:
        peers["Mail::DKIM"] = verify_mail_dkim
    try:
        ctypes.CDLL("libopendkim.so.11")
        peers["OpenDKIM"] = verify_opendkim
    except OSError:
        pass
    return peers
