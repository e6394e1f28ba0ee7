# Names that occur in a comprehension's target cannot be bound by := in it, super's implicit __class__ included
for source in [
    "class A:\n def f(self):\n  [(__class__ := 1) for x[super] in y]\n", "def f():\n  [(__class__ := 1) for x[super] in y]\n", "[(__class__ := 1) for x[super] in y]\n",
    "def f():\n  [[(__class__ := 1) for z in w] for x[super] in y]\n", "def f():\n [x for x[super()] in y if (__class__ := 2)]", "def f():\n [x for super in y if (super := 2)]",
    "def f():\n [x for x[a] in y if (a := 2)]", "[x for x[a] in y if (a := 2)]", "def f():\n [(a:=1) for x[a] in y]", "def f():\n [(a:=1) for x[b] in y]",
    "def f():\n [x for x in super if (__class__ := 2)]", "def f():\n [super for x in y if (__class__ := 2)]", "def f():\n [__class__ for x[super] in y]", "[x for x in y if (x := 1)]",
    "[[x for a in b if (x := 1)] for x in y]", "[(j := 1) for i in x for j.k in y]", "[i for i in x for j in (z := y)]",
]:
    try:
        compile(source, "f", "exec")
    except SyntaxError as e:
        print(repr(source), e.msg, e.lineno, e.offset, e.end_lineno, e.end_offset)
    else:
        print(repr(source), "compiles")
