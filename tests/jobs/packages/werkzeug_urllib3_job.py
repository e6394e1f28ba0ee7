# Routing, a server, a pool of connections.
# Needs: werkzeug urllib3
import werkzeug, urllib3, threading
from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response
from werkzeug.routing import Map, Rule
from werkzeug.security import generate_password_hash, check_password_hash
m = Map([Rule('/a/<int:x>', endpoint='a'), Rule('/b/<path:p>', endpoint='b')]).bind('h')
print(m.match('/a/3'), m.match('/b/x/y'), m.build('a', {'x': 4}))
print(check_password_hash(generate_password_hash('x', 'pbkdf2:sha256:1000'), 'x'))

@Request.application
def app(r):
    return Response('%s %s' % (r.path, r.args.get('q')), mimetype='text/plain')
s = make_server('127.0.0.1', 0, app)
import logging
logging.getLogger('werkzeug').setLevel(50)
threading.Thread(target=s.serve_forever, daemon=True).start()
p = urllib3.PoolManager()
for q in 'ab':
    r = p.request('GET', 'http://127.0.0.1:%d/z?q=%s' % (s.port, q))
    print(r.status, r.data, r.headers['content-type'])
s.shutdown()
print(urllib3.util.parse_url('http://u:p@h:80/p?q#f'), urllib3.util.Retry(3).increment('GET', '/', response=None, error=urllib3.exceptions.ProtocolError('x')))
