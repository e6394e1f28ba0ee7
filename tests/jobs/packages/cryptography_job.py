# Ciphers, signatures, key derivation.
# Needs: cryptography
from cryptography.fernet import Fernet
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa, padding, ec, ed25519
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC
k = b'A' * 43 + b'='
f = Fernet(k)
print(f.decrypt(f.encrypt(b'hi')))
print(PBKDF2HMAC(hashes.SHA256(), 32, b's' * 16, 1000).derive(b'pw').hex())
print(AESGCM(b'k' * 16).encrypt(b'n' * 12, b'data', b'aad').hex())
p = rsa.generate_private_key(65537, 2048)
s = p.sign(b'm', padding.PSS(padding.MGF1(hashes.SHA256()), 32), hashes.SHA256())
p.public_key().verify(s, b'm', padding.PSS(padding.MGF1(hashes.SHA256()), 32), hashes.SHA256())
print(len(s))
e = ed25519.Ed25519PrivateKey.from_private_bytes(b'x' * 32)
print(e.sign(b'z').hex(), e.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo))
from cryptography.exceptions import InvalidSignature
try:
    e.public_key().verify(b'0' * 64, b'z')
except InvalidSignature as x:
    print('bad', repr(x))
