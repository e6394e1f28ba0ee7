# `-m http.server` and a client.
import subprocess, sys, tempfile, os, time, urllib.request, re
with tempfile.TemporaryDirectory() as d:
    open(os.path.join(d, 'a.txt'), 'w').write('hello')
    os.mkdir(os.path.join(d, 'sub'))
    p = subprocess.Popen([sys.executable, '-u', '-m', 'http.server', '0', '--bind', '127.0.0.1', '-d', d], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    port = re.search('port (\\d+)', p.stdout.readline()).group(1)
    u = f'http://127.0.0.1:{port}/'
    op = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    print(op.open(u + 'a.txt').read(), dict(op.open(u + 'a.txt').headers)['Content-type'])
    print(op.open(u).read().decode())
    try:
        op.open(u + 'nope')
    except urllib.error.HTTPError as e:
        print(e.code, e.reason, e.read().decode()[:200])
    p.send_signal(2)
    o, e = p.communicate(timeout=10)
    print(p.returncode, o, re.sub('\\[.*?\\]', '[T]', e))
