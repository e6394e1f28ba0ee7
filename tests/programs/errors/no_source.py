# Code compiled from text has no source lines to show; a file name that does not exist neither.
code = compile("def f():\n    return 1 / 0\n\nf()", "<made up>", "exec")
try:
    exec(code)
except ZeroDivisionError as e:
    saved = e
exec(compile("\n\nraise KeyError('k') from saved", "no/such/file.py", "exec"))
