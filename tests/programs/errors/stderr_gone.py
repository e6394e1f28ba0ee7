# Without sys.stderr nothing can be shown; the status tells.
import sys
sys.stderr = None
print("to stdout")
raise ValueError("unseen")
