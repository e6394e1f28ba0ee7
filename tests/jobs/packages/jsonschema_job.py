# Validation, with its error texts.
# Needs: jsonschema
import jsonschema
S = {'type': 'object', 'properties': {'a': {'type': 'integer', 'minimum': 1}, 'b': {'type': 'array', 'items': {'type': 'string', 'pattern': '^x'}, 'uniqueItems': True}}, 'required': ['a'], 'additionalProperties': False}
v = jsonschema.Draft202012Validator(S)
for d in ({'a': 1}, {'a': 0, 'b': ['y', 'x', 'x']}, {'z': 1}, [], {'a': 'q', 'b': {}}):
    print(d, [(list(e.path), e.message) for e in sorted(v.iter_errors(d), key=lambda e: e.message)])
try:
    jsonschema.validate({'a': 0}, S)
except jsonschema.ValidationError as e:
    print(e)
