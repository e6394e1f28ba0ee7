# A document through four writers.
# Needs: docutils
from docutils.core import publish_string
s = 'Title\n=====\nA *para* with ``code`` and `link <http://x.y>`_.\n\n- a\n- b\n\n1. x\n2. y\n\n====  ===\n a     b\n====  ===\n 1     2\n====  ===\n\n.. note:: hey\n\n.. code-block:: python\n\n   def f(): pass\n'
for w in ('html5', 'latex', 'pseudoxml', 'xml'):
    print(publish_string(s, writer_name=w, settings_overrides={'output_encoding': 'unicode', 'datestamp': None, 'embed_stylesheet': False, 'stylesheet_path': '', 'report_level': 5})[:3000])
