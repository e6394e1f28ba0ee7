import measure
measure.run(r"""
import math, struct, datetime, array, zlib, random, itertools, functools, operator, decimal, binascii, hashlib, time, _ctypes, ctypes
d = datetime.datetime(2020, 1, 2, 3, 4, 5); delta = datetime.timedelta(days=1, seconds=3); day = datetime.date(2020, 1, 2); packer = struct.Struct("<ihd"); packed = packer.pack(1, 2, 3.0); a = array.array("d", range(100))
x = decimal.Decimal("1.1"); y = decimal.Decimal("2.7"); data = b"x" * 1000; r = random.Random(1); half = functools.partial(pow, 2); libc = ctypes.CDLL(None)
""", r"""
math_sqrt: math.sqrt(2.0)
math_floor: math.floor(2.5)
math_gcd: math.gcd(48, 18)
math_hypot: math.hypot(3.0, 4.0)
math_isclose: math.isclose(1.0, 1.0000001)
struct_pack: struct.pack("<ihd", 1, 2, 3.0)
struct_unpack: struct.unpack("<ihd", packed)
struct_bound_pack: packer.pack(1, 2, 3.0)
struct_bound_unpack: packer.unpack(packed)
datetime_add: d + delta
datetime_sub: d - d
datetime_new: datetime.datetime(2020, 1, 2)
datetime_isoformat: d.isoformat()
datetime_strftime: d.strftime("%Y-%m-%d")
datetime_compare: d < d + delta
date_weekday: day.weekday()
array_index: a[50]
array_sum: sum(a)
decimal_mul: x * y
zlib_crc: zlib.crc32(data)
random: r.random()
randrange: r.randrange(100)
islice: list(itertools.islice(itertools.count(), 50))
chain: list(itertools.chain(range(20), range(20)))
product: list(itertools.product(range(5), range(5)))
partial: half(10)
reduce: functools.reduce(operator.add, range(50))
sha256: hashlib.sha256(data).digest()
hexlify: binascii.hexlify(data)
ctypes_call: libc.abs(-3)
""")
