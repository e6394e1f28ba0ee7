# Which uses of builtins recurse on the native stack: every function of the builtin modules, every method and attribute of samples of the builtin
# types, with arguments of which each kind calls back by other special methods. Where one calls back, it is made to do so from within itself, DEPTH times;
# on a small native stack it gets there only if it does so in frames. What does not is printed, and held against `reasons.txt`.
#
#   hotpy natively.py [WORD ...]        uses whose names contain a word; without any, all, and reasons that no use has are told
import builtins, codecs, collections, contextvars, functools, gc, io, itertools, marshal, operator, os, re, sys, time, types, warnings, weakref
import _abc, _imp, _operator, _signal, _sre, _string, _thread, _typing, _warnings, atexit, errno
DEPTH = 200
HERE = os.path.dirname(os.path.abspath(__file__))
warnings.simplefilter("ignore")
sys.setrecursionlimit(10**6)

# ---- what calls back

asked, waiting = [], []


def ask(name):
    asked.append(name)
    if waiting: waiting[-1]()


NUMBER = "add sub mul matmul truediv floordiv mod divmod pow lshift rshift and xor or".split()
ANSWERS = dict(repr="x", str="x", bytes=b"x", hash=1, bool=True, len=1, length_hint=1, index=1, int=1, float=1.0, complex=1j, trunc=1, floor=1, ceil=1, round=1, fspath="x", format="x",
               eq=True, ne=False, lt=True, gt=False, le=True, ge=False, contains=True, sizeof=10, instancecheck=True, subclasscheck=True, neg=1, pos=1, abs=1, invert=1,
               **{way + name: 1 for name in NUMBER for way in ("", "r", "i")})


def method(name, answer):
    def method(self, *args, **kwargs):
        ask(name)
        return answer
    return method


def asking(name, methods, bases=(), **body):
    return type(name, bases, {**{f"__{m}__": method(f"__{m}__", ANSWERS[m]) for m in methods.split()}, **body})


def stepping(*items):
    def step(self):
        ask("__next__")
        self.at = getattr(self, "at", -1) + 1
        if self.at >= len(items): raise StopIteration
        return items[self.at]
    def start(self):
        ask("__iter__")
        return self
    return type("Steps", (), dict(__iter__=start, __next__=step))


def item(self, key):
    ask("__getitem__")
    if isinstance(key, int) and key > 1: raise IndexError
    return 1


def generating(*items):
    def generator():
        ask("generator")
        yield from items
    return generator


class Map:
    def keys(self): ask("keys"); return ["a"]
    def items(self): ask("items"); return [("a", 1)]
    def get(self, key, default=None): ask("get"); return 1
    def __getitem__(self, key): ask("__getitem__"); return 1
    def __len__(self): ask("__len__"); return 1
    def __iter__(self): ask("__iter__"); return iter(["a"])


class Attributes:
    def __getattr__(self, name):
        if name.startswith("__") and name not in ("__name__", "__wrapped__", "__isabstractmethod__"): raise AttributeError(name)
        ask("__getattr__")
        return 1
    def __setattr__(self, name, value): ask("__setattr__")
    def __delattr__(self, name): ask("__delattr__")


class File:
    closed = property(lambda self: ask("closed"))
    name = property(lambda self: ask("name") or "x")
    mode = property(lambda self: ask("mode") or "rb")
    def read(self, n=-1): ask("read"); return b""
    def readinto(self, to): ask("readinto"); return 0
    def readline(self, n=-1): ask("readline"); return ""
    def write(self, data): ask("write"); return len(data)
    def flush(self): ask("flush")
    def close(self): ask("close")
    def seek(self, at, whence=0): ask("seek"); return 0
    def tell(self): ask("tell"); return 0
    def truncate(self, size=None): ask("truncate"); return 0
    def readable(self): ask("readable"); return True
    writable = seekable = readable
    def isatty(self): ask("isatty"); return False
    def fileno(self): ask("fileno"); return 100
    def writelines(self, lines): ask("writelines")


class Meta(type):
    def __instancecheck__(cls, o): ask("__instancecheck__"); return True
    def __subclasscheck__(cls, o): ask("__subclasscheck__"); return True
    def __call__(cls, *args): ask("metaclass call"); return type.__call__(cls)
    def __iter__(cls): ask("metaclass iter"); return iter(())
    def __or__(cls, o): ask("metaclass or"); return 1


class Descriptor:
    def __get__(self, o, of=None): ask("__get__"); return 1
    def __set__(self, o, value): ask("__set__")
    def __set_name__(self, o, name): ask("__set_name__")


def called(*args, **kwargs): ask("called"); return 1
def called_for_text(*args, **kwargs): ask("called"); return "a"


def subclass(base):
    names = " ".join(m for m in ANSWERS if hasattr(base, f"__{m}__") and m not in ("sizeof", "instancecheck", "subclasscheck") and not (m == "hash" and base.__hash__ is None))
    body = {}
    if hasattr(base, "__iter__"): body["__iter__"] = lambda self: ask("__iter__") or iter(())
    if hasattr(base, "__getitem__"): body["__getitem__"] = item
    if base is dict: body.update(keys=lambda self: ask("keys") or [], items=lambda self: ask("items") or [], __missing__=lambda self, key: ask("__missing__"))
    return asking("Sub" + base.__name__, names, (base,), **body)


Index, Key, Text, Sequence = asking("Index", "index"), asking("Key", "hash eq"), asking("Text", "repr str format bytes"), asking("Sequence", "len contains", __getitem__=item)
WithMeta = Meta("WithMeta", (), {})
All = asking("All", " ".join(ANSWERS), (stepping(1, 1), Sequence))
ALL = All()
SUB = {base: subclass(base) for base in (int, str, bytes, float, list, tuple, dict, set, frozenset)}
# Objects that call back, made anew for each call.
CALLING = dict(
    steps=stepping(1, 1), step_pairs=stepping(("a", 1)), step_texts=stepping("a", "a"), step_bytes=stepping(b"a"), generator=generating(1), generator_texts=generating("a"), generator_pairs=generating(("a", 1)),
    index=Index, int=asking("Int", "int trunc"), float=asking("Float", "float"), complex=asking("Complex", "complex"), key=Key, compared=type("Compared", (asking("C", "lt gt le ge eq ne"),), dict(__hash__=lambda s: 1)),
    sequence=Sequence, text=Text, truth=asking("Truth", "bool"), length=asking("Length", "len"), path=asking("Path", "fspath"),
    number=asking("Number", " ".join(w + n for n in NUMBER for w in ("", "r", "i")) + " neg pos abs invert round floor ceil"), counted=asking("Counted", "index add radd float"),
    map=Map, attributes=Attributes, file=File, cls=lambda: WithMeta, instance=lambda: type.__call__(WithMeta), function=lambda: called, text_function=lambda: called_for_text,
    callable=type("Callable", (), dict(__call__=called)), described=type("Described", (), dict(d=Descriptor())),
    list_of_keys=lambda: [Key()], tuple_of_keys=lambda: (Key(), Key()), list_of_texts=lambda: [Text()], list_of_indexes=lambda: [Index()], tuple_of_indexes=lambda: (Index(), Index()), dict_of_keys=lambda: {"a": Key()},
    mapped=lambda: map(called, [1]), filtered=lambda: filter(called, [1]), starred=lambda: itertools.starmap(called, [(1,)]), partial=lambda: functools.partial(called), zipped=lambda: zip(stepping(1)()),
    numbered=lambda: enumerate(stepping(1)()), backwards=lambda: reversed(Sequence()), forwards=lambda: iter(Sequence()), until=lambda: iter(called, 1), slice=lambda: slice(Index(), Index(), Index()),
    error=lambda: ValueError(Text()), proxy=lambda: weakref.proxy(ALL), view=lambda: types.MappingProxyType(Map()), chain=lambda: itertools.chain(stepping(1)()), tee=lambda: itertools.tee(stepping(1)())[0],
    property=lambda: property(called), **{"sub" + base.__name__: cls for base, cls in SUB.items()})
PLAIN = dict(i=lambda: 1, s=lambda: "a", b=lambda: b"a", l=lambda: [1, 2], n=lambda: None, t=lambda: (1, 2), d=lambda: {"a": 1}, f=lambda: len)

# ---- what is used

co = lambda: None
SAMPLES = dict(
    int=lambda: 3, big=lambda: 2**80, str=lambda: "ab", bytes=lambda: b"ab", float=lambda: 1.5, complex=lambda: 1j, bool=lambda: True, none=lambda: None, object=object, list=lambda: [1, 2], tuple=lambda: (1, 2),
    dict=lambda: {"a": 1, 1: 2}, set=lambda: {1, 2}, frozenset=lambda: frozenset({1, 2}), bytearray=lambda: bytearray(b"ab"), memoryview=lambda: memoryview(bytearray(b"abcd")), range=lambda: range(5), slice=lambda: slice(1, 2, 3),
    keys=lambda: {1: 2}.keys(), items=lambda: {1: 2}.items(), values=lambda: {1: 2}.values(), deque=lambda: collections.deque([1, 2]), OrderedDict=lambda: collections.OrderedDict(a=1),
    defaultdict=lambda: collections.defaultdict(called, a=1), mappingproxy=lambda: types.MappingProxyType({"a": 1}), SimpleNamespace=lambda: types.SimpleNamespace(a=1), partial=lambda: functools.partial(called),
    type=lambda: type("T", (), {}), property=lambda: property(called, called, called), property_of=lambda: property(Attributes()), classmethod=lambda: classmethod(called), classmethod_of=lambda: classmethod(Attributes()),
    staticmethod=lambda: staticmethod(called), GenericAlias=lambda: list[int], UnionType=lambda: int | str, ValueError=lambda: ValueError(1), OSError=lambda: OSError(1, "a"), UnicodeDecodeError=lambda: UnicodeDecodeError("a", b"b", 0, 1, "c"),
    ImportError=lambda: ImportError("a"), SyntaxError=lambda: SyntaxError("a"), StopIteration=lambda: StopIteration(1), ExceptionGroup=lambda: ExceptionGroup("a", [ValueError(1)]), function=lambda: (lambda a=1: a),
    method=lambda: types.MethodType(called, 1), module=lambda: types.ModuleType("m"), cell=lambda: types.CellType(1), code=lambda: co.__code__, generator=lambda: generating(1)(), list_iterator=lambda: iter([1, 2]), range_iterator=lambda: iter(range(3)),
    ref=lambda: weakref.ref(All()), Context=contextvars.copy_context, ContextVar=lambda: contextvars.ContextVar("a"), Pattern=lambda: re.compile("a(b)?"), Match=lambda: re.match("a(b)?", "a"), count=lambda: itertools.count(1),
    counted=lambda: itertools.count(CALLING["counted"]()), accumulate=lambda: itertools.accumulate([1, 2], called), groupby=lambda: itertools.groupby([1, 2], called), islice=lambda: itertools.islice(stepping(1)(), 1),
    itemgetter=lambda: operator.itemgetter(0), attrgetter=lambda: operator.attrgetter("a"), methodcaller=lambda: operator.methodcaller("a"), cached=lambda: functools.lru_cache(called), ordering=lambda: functools.cmp_to_key(called)(1),
    lock=_thread.allocate_lock, rlock=_thread.RLock, local=_thread._local,
    StringIO=io.StringIO, BytesIO=io.BytesIO, TextIOWrapper=lambda: io.TextIOWrapper(io.BytesIO(b"ab")), BufferedReader=lambda: io.BufferedReader(io.BytesIO(b"ab")), BufferedRandom=lambda: io.BufferedRandom(io.BytesIO(b"ab")),
    reader_of=lambda: io.BufferedReader(File()), writer_of=lambda: io.BufferedWriter(File()), pair_of=lambda: io.BufferedRWPair(File(), File()), text_of=lambda: io.TextIOWrapper(io.BufferedReader(File()), "ascii"), text_over=lambda: io.TextIOWrapper(File(), "ascii"))
MODULES = [builtins, itertools, functools, _operator, collections, types, io, contextvars, weakref, codecs, _warnings, marshal, gc, time, sys, os, re, _abc, _string, _typing, _imp, _signal, errno, atexit]
# What changes the process, waits, or is made for other things.
LEFT_OUT = {
    "builtins": "input breakpoint help exit quit copyright credits license open exec eval compile print", "gc": "collect freeze unfreeze set_threshold set_debug enable disable get_objects", "time": "strptime sleep pthread_getcpuclockid clock_settime clock_settime_ns tzset",
    "sys": "exit settrace setprofile addaudithook set_asyncgen_hooks set_coroutine_origin_tracking_depth setrecursionlimit setswitchinterval setdlopenflags set_int_max_str_digits breakpointhook excepthook unraisablehook activate_stack_trampoline",
    "weakref": "finalize", "_imp": "create_builtin create_dynamic exec_builtin exec_dynamic init_frozen lock_held acquire_lock release_lock", "_signal": "alarm default_int_handler pause pthread_kill pthread_sigmask raise_signal set_wakeup_fd setitimer siginterrupt signal sigtimedwait sigwait sigwaitinfo pidfd_send_signal", "atexit": "register unregister _run_exitfuncs _clear", "itertools": "", "io": "open open_code FileIO", "marshal": "", "types": "", "re": ""}
OS = """fspath fsencode fsdecode stat listdir scandir access get_terminal_size putenv unsetenv readlink strerror getenv lstat major minor makedev WIFEXITED WEXITSTATUS WTERMSIG sysconf confstr pathconf
    fpathconf get_inheritable isatty fstat getpgid getsid getpriority sched_get_priority_max urandom device_encoding statvfs ttyname get_blocking waitstatus_to_exitcode getrandom getxattr listxattr stat_result"""
OWN = {"__class__", "__init_subclass__", "__subclasshook__", "__new__", "__del__"}


def uses():
    """Names of uses, what makes the callable of one, and whether it has arguments."""
    for module in MODULES:
        of = module.__name__
        out = LEFT_OUT.get(of, "").split()
        for name in sorted(vars(module)):
            function = getattr(module, name)
            if name.startswith("_") and of != "_abc" or name in out or of == "os" and name not in OS.split(): continue
            if callable(function) and not isinstance(function, types.FunctionType): yield f"{of}.{name}", lambda function=function: function
    done = set()
    for of, make in [*SAMPLES.items(), *(("calling " + name, make) for name, make in CALLING.items())]:
        sample = make()
        calls_back = of.startswith("calling ")
        for name in sorted(dir(type(sample))):
            owner = next((c for c in type(sample).__mro__ if name in vars(c)), None)
            # What is inherited from object is tried with instances of Python alone, and what a sample calls back by is no builtin.
            if name in OWN or owner is None or (owner, name) in done or isinstance(vars(owner)[name], types.FunctionType): continue
            if owner is not object: done.add((owner, name))
            elif not calls_back and of not in ("object", "type"): continue
            yield f"{of}.{name}", lambda make=make, name=name: getattr(make(), name)


def shapes():
    yield ()
    for a in CALLING: yield a,
    for a in CALLING:
        for p in "i", "s", "l": yield a, p
        for p in PLAIN: yield p, a
    for a in CALLING:
        for p in "i", "s": yield p, p, a
        yield "i", a, "i"
        yield a, "i", "i"
    few = "key", "text", "steps", "function", "index"
    for a in few:
        for b in few: yield a, b


SHAPES = [(shape, [(CALLING.get(k) or PLAIN[k]) for k in shape], tuple(i for i, k in enumerate(shape) if k in CALLING)) for shape in shapes()]
ARITY = re.compile(r"argument.*(expected|takes)|(expected|takes).*argument")


def use(make, arguments):
    what = make()
    result = what(*[a() for a in arguments]) if callable(what) else what
    if hasattr(result, "__next__") and type(result).__module__ in ("builtins", "itertools"):
        for _ in zip(range(4), result): pass
    elif type(result) in (operator.itemgetter, operator.attrgetter, operator.methodcaller, functools.partial):
        for k in "sequence", "attributes", "map": result(CALLING[k]())


def recurses_natively(make, arguments):
    """Whether it cannot recurse; nothing if it did not call back again."""
    deepest = DEPTH

    def down(n):
        nonlocal deepest
        deepest = min(deepest, n)
        if not n: return
        done = False

        def once():
            nonlocal done
            if not done:
                done = True
                down(n - 1)
        waiting.append(once)
        try: use(make, arguments)
        except RecursionError: raise
        except BaseException: pass
        waiting.pop()
    try: down(DEPTH)
    except BaseException: pass
    waiting.clear()
    return deepest not in (0, DEPTH)


def reasons():
    """Uses that may recurse natively: patterns with a reason each."""
    with open(os.path.join(HERE, "reasons.txt")) as file:
        for line in file:
            if line.strip() and not line.startswith("#"):
                pattern, reason = line.split("#", 1)
                yield pattern.strip(), reason.strip()


def main(words):
    known, found = dict(reasons()), []
    sys.stdout, out = io.StringIO(), sys.stdout
    sys.stderr, to = sys.stdout, sys.stderr
    tried = deep = 0
    for name, make in list(uses()):
        if words and not any(word in name for word in words): continue
        seen, wrong = set(), set()
        if os.environ.get("NATIVELY_SHOW"): print(name, file=sys.__stderr__, flush=True)
        for shape, arguments, places in SHAPES:
            if len(shape) in wrong: continue
            tried += 1
            asked.clear()
            try:
                use(make, arguments)
            except TypeError as error:
                if not asked and ARITY.search(str(error)): wrong.add(len(shape))
            except BaseException: pass
            if not asked: continue
            key = len(shape), places, asked[0]
            if key in seen: continue
            seen.add(key)
            deep += 1
            by = asked[0]
            if recurses_natively(make, arguments): found.append(f"{name}({', '.join(shape)}) by {by}")
    sys.stdout, sys.stderr = out, to
    stale = set(known)
    for line in found:
        why = [pattern for pattern in known if re.fullmatch(pattern, line)]
        stale.difference_update(why)
        if not why: print("recurses natively:", line)
    if not words:
        for pattern in sorted(stale): print("has a reason, but does not recurse natively:", pattern)
    print(f"{tried} uses, {deep} deep, {len(found)} natively", file=sys.__stderr__)


main(sys.argv[1:])
