# -*- coding: latin-1 -*-
print("café")
print(1/0, "é")
