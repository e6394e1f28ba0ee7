# The result of __new__ is initialised by its own class, whenever that class was made.
class Made:
    def __new__(cls, n):
        class Sub(Made):
            def __new__(cls):
                return object.__new__(cls)

            def __init__(self, *args):
                print("init", args)

        return Sub()


class Plain:
    def __new__(cls, n):
        if n % 2:
            return object.__new__(cls)

        class Sub(Plain):
            def __init__(self, *args):
                self.args = args

        return object.__new__(Sub)


print(vars(Made(1)))
for n in range(6):
    print(n, vars(Plain(n)))
