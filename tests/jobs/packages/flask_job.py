# An application through its test client.
# Needs: flask
from flask import Flask, request, jsonify, session, redirect, url_for, abort
app = Flask(__name__)
app.secret_key = 'k'

@app.route('/')
def i():
    return 'hi'

@app.route('/u/<int:n>', methods=['GET', 'POST'])
def u(n):
    session['n'] = n
    return jsonify(n=n, args=request.args.to_dict(), json=request.get_json(silent=True))

@app.route('/r')
def r():
    return redirect(url_for('u', n=3))

@app.errorhandler(404)
def nf(e):
    return ('no %s' % e, 404)
c = app.test_client()
for m, p, k in (('get', '/', {}), ('post', '/u/5?a=b', {'json': {'z': [1]}}), ('get', '/r', {}), ('get', '/zzz', {}), ('delete', '/', {})):
    x = getattr(c, m)(p, **k)
    print(x.status, x.get_data(as_text=True), x.headers.get('Location'))
