# A handshake on loopback, and one that is refused.
# Needs: cryptography
import ssl, socket, threading, subprocess, tempfile, os
with tempfile.TemporaryDirectory() as d:
    from cryptography import x509
    from cryptography.x509.oid import NameOID
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    import datetime
    k = ec.generate_private_key(ec.SECP256R1())
    n = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, 'localhost')])
    t = datetime.datetime.utcnow()
    c = x509.CertificateBuilder().subject_name(n).issuer_name(n).public_key(k.public_key()).serial_number(7).not_valid_before(t - datetime.timedelta(1)).not_valid_after(t + datetime.timedelta(9)).add_extension(x509.SubjectAlternativeName([x509.DNSName('localhost')]), False).add_extension(x509.BasicConstraints(True, None), True).sign(k, hashes.SHA256())
    cf, kf = (os.path.join(d, 'c'), os.path.join(d, 'k'))
    open(cf, 'wb').write(c.public_bytes(serialization.Encoding.PEM))
    open(kf, 'wb').write(k.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))
    sc = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    sc.load_cert_chain(cf, kf)
    ls = socket.create_server(('127.0.0.1', 0))

    def srv():
        for _ in range(2):
            s, _a = ls.accept()
            try:
                with sc.wrap_socket(s, server_side=True) as w:
                    w.sendall(w.recv(100)[::-1])
            except (ssl.SSLError, OSError):
                pass
    th = threading.Thread(target=srv, daemon=True)
    th.start()
    cc = ssl.create_default_context(cafile=cf)
    with cc.wrap_socket(socket.create_connection(ls.getsockname()), server_hostname='localhost') as w:
        w.sendall(b'hello')
        print(w.recv(10), w.version(), w.cipher()[0], w.getpeercert()['subject'])
    try:
        ssl.create_default_context().wrap_socket(socket.create_connection(ls.getsockname()), server_hostname='localhost')
    except ssl.SSLCertVerificationError as e:
        print(e.reason, e.verify_message)
    th.join(5)
