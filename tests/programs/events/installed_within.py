# An observer's end may not install another one.
import sys


class Observer:
    def __call__(self, *args):
        pass

    def __del__(self):
        try:
            sys.settrace(print)
        except RuntimeError as e:
            print("trace:", e)
        try:
            sys.setprofile(None)
        except RuntimeError as e:
            print("profile:", e)


sys.settrace(Observer())
sys.settrace(None)
print(sys.gettrace(), sys.getprofile())
sys.setprofile(Observer())
sys.setprofile(None)
trace = sys.gettrace()
sys.settrace(None)
print(trace, sys.getprofile())
