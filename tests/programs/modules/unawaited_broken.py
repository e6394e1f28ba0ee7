# Warnings of coroutines that were never awaited, where what warns of them is broken.
import warnings, sys, gc
async def corofn(): pass
def hook(u): print('unraisable', u.exc_type, u.err_msg, type(u.object))
sys.unraisablehook = hook
warnings.simplefilter('always')
def show(*a, **k): print('shown', a[0], a[1])
warnings.showwarning = show
o = warnings._warn_unawaited_coroutine
warnings._warn_unawaited_coroutine = lambda c: 1/0
corofn(); print('--')
del warnings._warn_unawaited_coroutine
corofn(); print('--')
warnings._warn_unawaited_coroutine = 5
corofn(); print('--')
warnings._warn_unawaited_coroutine = o
corofn(); print('--')
warnings.simplefilter('error')
corofn(); print('--')
del warnings._warn_unawaited_coroutine
corofn(); print('--')
