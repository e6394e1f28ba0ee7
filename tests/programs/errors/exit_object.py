# A code that is neither None nor an int is printed; its repr is not used.
class Code:
    def __str__(self): return "the code as text"
    def __repr__(self): return "never"


raise SystemExit(Code())
