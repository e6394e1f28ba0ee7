"""An incremental solver for one-way constraints of different strengths, in the manner of DeltaBlue.

Variables are joined by constraints; adding one finds which constraints are satisfied, and plans the order in which their
methods run. Argument: the length of the chain, and of the projection. Prints sums of the values that follow.
"""
import sys

REQUIRED, STRONG, NORMAL, WEAK, WEAKEST = range(5)
NONE, FORWARD, BACKWARD = 0, 1, -1


class Variable:
    def __init__(self, name, value=0):
        self.name, self.value = name, value
        self.constraints, self.determined_by = [], None
        self.mark, self.walk_strength, self.stay = 0, WEAKEST, True


class Constraint:
    strength = REQUIRED

    def __init__(self, solver, strength):
        self.solver, self.strength = solver, strength

    def post(self):
        for v in self.variables(): v.constraints.append(self)
        self.clear()
        self.solver.add(self)

    def destroy(self):
        if self.satisfied(): self.solver.remove(self)
        else: self.detach()

    def detach(self):
        for v in self.variables(): v.constraints.remove(self)

    def is_input(self): return False

    def satisfy(self, mark):
        """Tries to satisfy the constraint; returns the weaker one it displaced, if any."""
        self.choose(mark)
        if not self.satisfied():
            if self.strength == REQUIRED: raise ValueError("a required constraint cannot be satisfied")
            return None
        for v in self.inputs(): v.mark = mark
        out = self.output()
        displaced = out.determined_by
        if displaced is not None: displaced.clear()
        out.determined_by = self
        if not self.solver.propagate(self, mark): raise ValueError("cycle")
        out.mark = mark
        return displaced


class Unary(Constraint):
    def __init__(self, solver, variable, strength):
        super().__init__(solver, strength)
        self.variable, self.active = variable, False
        self.post()

    def variables(self): return (self.variable,)
    def inputs(self): return ()
    def output(self): return self.variable
    def satisfied(self): return self.active
    def clear(self): self.active = False
    def known(self, mark): return True

    def choose(self, mark):
        self.active = self.variable.mark != mark and self.strength < self.variable.walk_strength

    def recalculate(self):
        self.variable.walk_strength = self.strength
        self.variable.stay = not self.is_input()
        if self.variable.stay: self.execute()


class Stay(Unary):
    def execute(self): pass


class Edit(Unary):
    def is_input(self): return True
    def execute(self): pass


class Binary(Constraint):
    def __init__(self, solver, a, b, strength):
        super().__init__(solver, strength)
        self.a, self.b, self.direction = a, b, NONE
        self.post()

    def variables(self): return self.a, self.b
    def satisfied(self): return self.direction != NONE
    def clear(self): self.direction = NONE
    def input(self): return self.a if self.direction == FORWARD else self.b
    def inputs(self): return (self.input(),)
    def output(self): return self.b if self.direction == FORWARD else self.a

    def choose(self, mark):
        a, b = self.a, self.b
        if a.mark == mark:
            self.direction = FORWARD if b.mark != mark and self.strength < b.walk_strength else NONE
        elif b.mark == mark:
            self.direction = BACKWARD if self.strength < a.walk_strength else NONE
        elif a.walk_strength > b.walk_strength:
            self.direction = BACKWARD if self.strength < a.walk_strength else NONE
        else:
            self.direction = FORWARD if self.strength < b.walk_strength else NONE

    def known(self, mark):
        v = self.input()
        return v.mark == mark or v.stay or v.determined_by is None

    def recalculate(self):
        source, out = self.input(), self.output()
        out.walk_strength = max(self.strength, source.walk_strength)
        out.stay = source.stay
        if out.stay: self.execute()


class Equal(Binary):
    def execute(self): self.output().value = self.input().value


class Scale(Binary):
    """b = a * factor + offset, in either direction."""

    def __init__(self, solver, a, factor, offset, b, strength):
        self.factor, self.offset = factor, offset
        super().__init__(solver, a, b, strength)

    def execute(self):
        if self.direction == FORWARD: self.b.value = self.a.value * self.factor.value + self.offset.value
        else: self.a.value = (self.b.value - self.offset.value) // self.factor.value

    def variables(self): return self.a, self.b, self.factor, self.offset
    def inputs(self): return self.input(), self.factor, self.offset

    def known(self, mark): return all(v.mark == mark or v.stay or v.determined_by is None for v in self.inputs())

    def recalculate(self):
        source, out = self.input(), self.output()
        out.walk_strength = max(self.strength, source.walk_strength)
        out.stay = source.stay and self.factor.stay and self.offset.stay
        if out.stay: self.execute()


class Solver:
    def __init__(self): self.mark = 0

    def new_mark(self):
        self.mark += 1
        return self.mark

    def add(self, constraint):
        mark = self.new_mark()
        displaced = constraint.satisfy(mark)
        while displaced is not None: displaced = displaced.satisfy(mark)

    def remove(self, constraint):
        out = constraint.output()
        constraint.clear()
        constraint.detach()
        for c in sorted(self.unsatisfied_after(out), key=lambda c: c.strength): self.add(c)

    def propagate(self, constraint, mark):
        todo = [constraint]
        while todo:
            c = todo.pop()
            if c.output().mark == mark:
                self.remove(constraint)
                return False
            c.recalculate()
            todo.extend(self.consumers(c.output()))
        return True

    def unsatisfied_after(self, out):
        out.determined_by, out.walk_strength, out.stay = None, WEAKEST, True
        found, todo = [], [out]
        while todo:
            v = todo.pop()
            found += [c for c in v.constraints if not c.satisfied()]
            for c in self.consumers(v):
                c.recalculate()
                todo.append(c.output())
        return found

    def consumers(self, variable):
        by = variable.determined_by
        return [c for c in variable.constraints if c is not by and c.satisfied() and c.output() is not variable]

    def plan(self, edits):
        mark, plan, todo = self.new_mark(), [], [c for c in edits if c.is_input() and c.satisfied()]
        while todo:
            c = todo.pop()
            out = c.output()
            if out.mark != mark and c.known(mark):
                plan.append(c)
                out.mark = mark
                todo.extend(self.consumers(out))
        return plan


def edit(solver, variable, values):
    constraint = Edit(solver, variable, STRONG)
    plan = solver.plan([constraint])
    for value in values:
        variable.value = value
        for c in plan: c.execute()
    constraint.destroy()


def chain(n):
    solver = Solver()
    vs = [Variable(f"v{i}") for i in range(n + 1)]
    for a, b in zip(vs, vs[1:]): Equal(solver, a, b, REQUIRED)
    Stay(solver, vs[-1], NORMAL)
    total = 0
    for value in range(50):
        edit(solver, vs[0], [value, value + 1])
        total += vs[-1].value
    return total


def projection(n):
    solver = Solver()
    scale, offset = Variable("scale", 10), Variable("offset", 1000)
    sources, targets = [], []
    for i in range(n):
        a, b = Variable(f"src{i}", i), Variable(f"dst{i}", i)
        sources.append(a)
        targets.append(b)
        Stay(solver, a, NORMAL)
        Scale(solver, a, scale, offset, b, REQUIRED)
    edit(solver, sources[0], [17])
    first = targets[0].value
    edit(solver, targets[1], [1050])
    second = sources[1].value
    edit(solver, scale, [5])
    third = sum(t.value for t in targets)
    edit(solver, offset, [2000])
    return first, second, third, sum(t.value for t in targets)


def main(n): return (chain(n), *projection(n))


if __name__ == "__main__":
    n = int(sys.argv[1]) if len(sys.argv) > 1 else 1500
    print(*main(n))
