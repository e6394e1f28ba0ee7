import sys
print(sys.argv, __name__, __file__, sys.path[0].split("/")[-1], __doc__, __spec__ and __spec__.name, __package__, sorted(k for k in globals()))
