# SystemExit with text goes to stderr, status 1; buffers are flushed; finally and with blocks run; del at exit.
class D:
    def __del__(self): print("finalised")


d = D()
try:
    with __import__("_io").StringIO() as s:
        print("text without newline", end="")
        raise SystemExit("message of the exit")
finally:
    print(" finally")
