"""Signs messages with libopendkim (rsa-sha256), the library behind OpenDKIM's milter."""

import ctypes

LIBRARY = "libopendkim.so.11"
CANONICALIZATIONS = {"simple": 0, "relaxed": 1}
RSA_SHA256 = 1


def is_installed():
    try:
        ctypes.CDLL(LIBRARY)
    except OSError:
        return False
    return True


class Signer:
    def __init__(self, pem, domain, selector):
        self.library = ctypes.CDLL(LIBRARY)
        for name in ("dkim_init", "dkim_sign"):
            getattr(self.library, name).restype = ctypes.c_void_p
        self.handle = ctypes.c_void_p(self.library.dkim_init(None, None))
        self.key = ctypes.create_string_buffer(pem)
        self.domain, self.selector = domain.encode(), selector.encode()

    def sign(self, octets, canonicalization):
        """The message with its signature in front; None: the library does not sign it."""
        header, body = (CANONICALIZATIONS[word] for word in canonicalization.split("/"))
        status = ctypes.c_int()
        message = ctypes.c_void_p(self.library.dkim_sign(
            self.handle, b"test", None, self.key, self.selector, self.domain, ctypes.c_int(header), ctypes.c_int(body),
            ctypes.c_int(RSA_SHA256), ctypes.c_ssize_t(-1), ctypes.byref(status)))
        if not message:
            raise RuntimeError(f"dkim_sign: {status.value}")
        try:
            return self.finish(message, octets)
        finally:
            self.library.dkim_free(message)

    def finish(self, message, octets):
        for at in range(0, len(octets), 4096):
            piece = octets[at:at + 4096]
            if self.library.dkim_chunk(message, piece, ctypes.c_size_t(len(piece))) != 0:
                return None
        self.library.dkim_chunk(message, None, ctypes.c_size_t(0))
        if self.library.dkim_eom(message, None) != 0:
            return None
        text, length = ctypes.c_char_p(), ctypes.c_size_t()
        start = ctypes.c_size_t(len("DKIM-Signature: "))
        if self.library.dkim_getsighdr_d(message, start, ctypes.byref(text), ctypes.byref(length)) != 0:
            return None
        value = text.value[:length.value]
        return b"DKIM-Signature: " + value + b"\r\n" + octets
