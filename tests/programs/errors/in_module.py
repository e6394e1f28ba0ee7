# An exception from an imported module: its file and line are shown, the import machinery's frames are not.
import sys
sys.dont_write_bytecode = True
from helpers import fails
