# Struct sequences that C code makes: heap types, new each time.
import copy, sys
import resource

resource.struct_rusage.extra = 5
print(resource.struct_rusage.extra, resource.struct_rusage.__module__, resource.struct_rusage, resource.struct_rusage.n_fields)
old = resource.struct_rusage
del sys.modules["resource"]
import resource

print(old is resource.struct_rusage, hasattr(resource.struct_rusage, "extra"))
u = resource.getrusage(0)
print(copy.copy(u) == u, len(u), u.__reduce__()[0] is type(u), repr(u)[:24], type(u).__match_args__[:2], type(u).__name__, type(u).__qualname__, type(u).__doc__[:20])
try:
    type(u).ru_maxrss.__set__(u, 1)
except Exception as e:
    print(type(e).__name__, e)
try:
    resource.struct_rusage()
except TypeError as e:
    print(e)
try:
    class Sub(type(u)):
        pass
except TypeError as e:
    print(e)
