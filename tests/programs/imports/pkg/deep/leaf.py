from .. import value
from ..sub import name
from . import __name__ as deep_name
import pkg.deep

siblings = name, deep_name, pkg.deep.__name__, value


def climb():
    try:
        from ... import nothing
    except ImportError as e:
        return str(e)
