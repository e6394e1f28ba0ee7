# Small packages for data formats.
# Needs: xmltodict jmespath jsonpatch jsonpointer jsonpath_ng cloudpickle six idna wcwidth charset_normalizer itsdangerous blinker dotenv
import xmltodict, jmespath, jsonpatch, jsonpointer, jsonpath_ng, cloudpickle, pickle, six, idna, wcwidth, charset_normalizer, itsdangerous, blinker, dotenv, io, typing_extensions
print(xmltodict.parse('<a b="1"><c>x</c><c>y</c><d/></a>'), xmltodict.unparse({'a': {'@b': '1', 'c': ['x', 'y']}}, pretty=True))
print(jmespath.search('a[?b>`1`].{x:b,y:c} | [0]', {'a': [{'b': 1, 'c': 2}, {'b': 3, 'c': 4}]}), jmespath.search('sort_by(a,&b)[*].b', {'a': [{'b': 3}, {'b': 1}]}))
a = {'x': [1, 2, 3], 'y': {'z': 1}}
b = {'x': [1, 3], 'y': {'w': 1}}
p = jsonpatch.make_patch(a, b)
print(p, p.apply(a) == b, jsonpointer.resolve_pointer(a, '/y/z'))
print([m.value for m in jsonpath_ng.parse('$..z').find(a)])
k = 3
f = pickle.loads(cloudpickle.dumps(lambda x: x * k))
print(f(5))

class C:

    def m(self):
        return super().__repr__()[:5]
D = pickle.loads(cloudpickle.dumps(C))
print(D().m()[:1], six.text_type, six.moves.range(3))
print(idna.encode('bücher.example'), idna.decode(b'xn--bcher-kva.example'), wcwidth.wcswidth('コンニチハ'), charset_normalizer.from_bytes('Bсеки човек има право на образование. Oбразованието трябва да бъде безплатно'.encode('cp1251')).best().encoding)
s = itsdangerous.URLSafeSerializer('k')
t = s.dumps({'a': 1})
print(t, s.loads(t))
try:
    s.loads(t + 'x')
except itsdangerous.BadSignature as e:
    print(e)
g = blinker.signal('g')
g.connect(lambda s, **k: print('sig', s, k), weak=False)
g.send('me', v=1)
print(dotenv.dotenv_values(stream=io.StringIO('A=1\nB="x ${A}"\n# c\nexport C=\'q\'')))
