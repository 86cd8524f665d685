"""A server with TLS before one without, with a certificate of its own."""
import socket
import ssl
import subprocess
import threading


class TlsFront:
    """Passes on what comes in at .url; .certificate vouches for itself."""

    def __init__(self, folder, port):
        key, pem = folder / "front.key", folder / "front.pem"
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
             "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
             "-subj", "/CN=front", "-addext", "subjectAltName=IP:127.0.0.1",
             "-keyout", key, "-out", pem], check=True, capture_output=True)
        self.certificate = pem.read_text()
        self._to = ("127.0.0.1", port)
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(pem, key)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"https://127.0.0.1:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._listener.close()

    def _accept(self):
        while True:
            try:
                plain, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(plain,),
                             daemon=True).start()

    def _serve(self, plain):
        try:
            inside = self._context.wrap_socket(plain, server_side=True)
        except OSError:
            plain.close()
            return
        outside = socket.create_connection(self._to)
        back = threading.Thread(target=pump, args=(outside, inside),
                                daemon=True)
        back.start()
        pump(inside, outside)
        back.join()
        inside.close()
        outside.close()


def pump(source, sink):
    """Copies until either side is done."""
    try:
        while data := source.recv(65536):
            sink.sendall(data)
        sink.shutdown(socket.SHUT_WR)
    except OSError:
        pass
