# DER, and RSA by hand.
# Needs: pyasn1 rsa
from pyasn1.type import univ, namedtype
from pyasn1.codec.der import encoder, decoder

class S(univ.Sequence):
    componentType = namedtype.NamedTypes(namedtype.NamedType('a', univ.Integer()), namedtype.OptionalNamedType('b', univ.OctetString()))
s = S()
s['a'] = 12345678901234567890
s['b'] = b'xy'
d = encoder.encode(s)
print(d.hex())
print(decoder.decode(d, asn1Spec=S())[0].prettyPrint())
import rsa
k = rsa.PrivateKey(n=3233, e=17, d=2753, p=61, q=53)
print(k, rsa.core.encrypt_int(65, 17, 3233), rsa.core.decrypt_int(2790, 2753, 3233), rsa.prime.is_prime(2 ** 127 - 1))
