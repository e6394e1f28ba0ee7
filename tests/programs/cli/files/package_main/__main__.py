import sys
print("package main", sys.argv[0], __name__, __file__, __spec__.name, repr(__package__), sys.path[0])
