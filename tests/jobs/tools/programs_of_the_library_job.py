# Modules that are programs, and sqlite3.
import subprocess, sys, tempfile, os, sqlite3
with tempfile.TemporaryDirectory() as d:
    run = lambda *a, **k: subprocess.run([sys.executable, '-m', *a], cwd=d, capture_output=True, text=True, **k)
    for n in 'ab':
        open(os.path.join(d, n), 'w').write(n * 1000)
    for a in (['-c', 'z.zip', 'a', 'b'], ['-t', 'z.zip'], ['-e', 'z.zip', 'out'], ['-l', 'nope.zip']):
        r = run('zipfile', *a)
        print(r.returncode, r.stdout, r.stderr[-200:])
    print(open(os.path.join(d, 'out/a')).read()[:5])
    r = run('tarfile', '-c', 't.tgz', 'a', 'b')
    r = run('tarfile', '-l', 't.tgz')
    print(r.returncode, r.stdout)
    for a, i in ((['base64', '-e', 'a'], None), (['gzip', 'a'], None), (['calendar', '2024', '2'], None), (['tokenize', 'a'], None), (['ast'], 'x=1+f(y)\n'), (['json.tool', '--sort-keys'], '{"b":1,"a":[]}'), (['json.tool'], '{bad'), (['compileall', '-q', '.'], None), (['textwrap'], None), (['platform'], None), (['this'], None), (['inspect', 'textwrap:dedent'], None), (['py_compile', 'nope.py'], None), (['tabnanny', 'a'], None), (['uuid'], None), (['quopri', 'a'], None), (['mimetypes', 'x.html'], None), (['sysconfig'], None), (['site', '--user-site'], None), (['symtable'], None), (['pyclbr', 'textwrap'], None), (['difflib', 'a', 'b'], None), (['html'], None), (['shlex'], 'a "b c"\n'), (['code'], '1+1\n')):
        r = run(*a, input=i or '')
        print(a, r.returncode, '' if a[0] in ('sysconfig', 'uuid', 'platform') else r.stdout[:3000], '' if a == ['code'] else r.stderr[-300:].replace(sys.executable, 'PY'))
    c = sqlite3.connect(os.path.join(d, 'x.db'))
    c.row_factory = sqlite3.Row
    c.create_function('dbl', 1, lambda x: x * 2)

    class Agg:

        def __init__(s):
            s.t = 0

        def step(s, x):
            s.t += x

        def finalize(s):
            return s.t
    c.create_aggregate('agg', 1, Agg)
    c.create_collation('rev', lambda a, b: (a < b) - (a > b))
    with c:
        c.execute('create table t(a integer primary key,b text,c blob)')
        c.executemany('insert into t(b,c) values(?,?)', ((str(i), bytes([i])) for i in range(50)))
    print([tuple(r) for r in c.execute('select dbl(a),b,c from t where a<? order by b collate rev limit 5', (20,))], c.execute('select agg(a) from t').fetchone()[0], c.execute('select * from t').fetchone().keys())
    try:
        c.execute('select * from nope')
    except sqlite3.OperationalError as e:
        print(e)
    try:
        with c:
            c.execute('delete from t')
            c.execute('insert into t values(1,2,3)')
            c.execute('insert into t values(1,2,3)')
    except sqlite3.IntegrityError as e:
        print(e, c.execute('select count(*) from t').fetchone()[0])
    print(list(c.iterdump())[:3])
