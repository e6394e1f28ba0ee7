# Requests against a server in a thread.
# Needs: requests
import threading, http.server, requests, json

class H(http.server.BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'

    def do_GET(self):
        b = json.dumps({'p': self.path, 'ua': self.headers['X-A']}).encode()
        self.send_response(200)
        self.send_header('Content-Length', str(len(b)))
        self.send_header('Content-Type', 'application/json')
        self.end_headers()
        self.wfile.write(b)

    def do_POST(self):
        d = self.rfile.read(int(self.headers['Content-Length']))
        self.send_response(201)
        self.send_header('Content-Length', str(len(d)))
        self.end_headers()
        self.wfile.write(d[::-1])

    def log_message(self, *a):
        pass
s = http.server.ThreadingHTTPServer(('127.0.0.1', 0), H)
threading.Thread(target=s.serve_forever, daemon=True).start()
u = 'http://127.0.0.1:%d' % s.server_address[1]
with requests.Session() as q:
    q.trust_env = False
    for i in range(20):
        r = q.get(u + '/a', params={'i': i}, headers={'X-A': 'b'})
    print(r.status_code, r.json(), r.headers['Content-Type'])
    print(q.post(u, data=b'hello').text, q.post(u, json={'a': 1}).content)
    try:
        q.get('http://127.0.0.1:1/')
    except requests.ConnectionError as e:
        print(type(e).__name__)
s.shutdown()
