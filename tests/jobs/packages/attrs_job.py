# Classes with validators, converters, order, slots.
# Needs: attr
import attr, attrs

@attrs.define(order=True)
class A:
    x: int = attrs.field(validator=attrs.validators.instance_of(int), converter=int)
    y: list = attrs.field(factory=list, repr=False)

    @x.validator
    def c(self, a, v):
        if v < 0:
            raise ValueError('neg')
print(A('3'), A(1) < A(2), attrs.asdict(A(1, [2])), attrs.evolve(A(1), x=5), attrs.fields(A).x.name)
for v in ('-1', 'q'):
    try:
        A(v)
    except Exception as e:
        print(type(e).__name__, e)

@attrs.frozen
class F:
    a: int
    b: str = 'z'
print(F(1), hash(F(1)) == hash(F(1)), {F(1): 2}[F(1)])
try:
    F(1).a = 2
except attrs.exceptions.FrozenInstanceError as e:
    print(type(e))
try:
    A(1).zz = 1
except AttributeError as e:
    print(e)
