# anext() with a default: everything that `await` takes may be what __anext__ answers.

def drive(coroutine):
    try:
        for _ in range(4): print("sent", coroutine.send(None))
    except StopIteration as e: return e.value

class Bad:
    def __await__(self): return 5
async def drive_me(): return 1
def plain(): yield 1

class Source:
    def __init__(self, answer): self.answer = answer
    def __aiter__(self): return self
    def __anext__(self): return self.answer

async def use(answer):
    try: print("got", await anext(Source(answer), "default"))
    except TypeError as e: print(e)

for answer in (Bad(), plain(), 7, drive_me()):
    drive(use(answer))


async def agen():
    yield 1

async def several():
    g = agen()
    print([await anext(g, "d") for _ in range(3)])

drive(several())
