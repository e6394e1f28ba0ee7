# -*- coding: latin-1 -*-
"doc é"
text = "café"
