try:
    import not_installed_anywhere
except ImportError as e:
    print(e.name)
from sys import nothing_like_this
