"""A text adventure as a state machine, played by a pseudo-random player. Argument: the number of games."""
import sys

ROOMS = {
    "hall": ("A long hall with portraits.", {"north": "library", "east": "kitchen", "down": "cellar"}),
    "library": ("Dusty shelves up to the ceiling.", {"south": "hall", "east": "study"}),
    "kitchen": ("A cold stove and a table.", {"west": "hall", "north": "study", "east": "garden"}),
    "study": ("A desk with a locked drawer.", {"west": "library", "south": "kitchen"}),
    "cellar": ("It is pitch dark.", {"up": "hall", "east": "vault"}),
    "garden": ("Roses, and an old well.", {"west": "kitchen"}),
    "vault": ("Gold! The end of the search.", {"west": "cellar"}),
}
ITEMS = {"lamp": "kitchen", "key": "garden", "book": "library", "letter": "study", "rope": "cellar", "coin": None}


class Dead(Exception): pass


class Won(Exception): pass


class Game:
    def __init__(self):
        self.room, self.items, self.held, self.turns, self.score = "hall", dict(ITEMS), set(), 0, 0
        self.lit = self.open = False
        self.verbs = {name[3:]: getattr(self, name) for name in dir(self) if name.startswith("do_")}

    def here(self): return [i for i, where in self.items.items() if where == self.room]

    def dark(self): return self.room in ("cellar", "vault") and not self.lit

    def command(self, line):
        self.turns += 1
        if self.turns > 300: raise Dead("of old age")
        match line.split():
            case []: return "Say something."
            case [("north" | "south" | "east" | "west" | "up" | "down") as way]: return self.do_go(way)
            case ["pick", "up", *rest] if rest: return self.do_take(*rest)
            case ["look", "at", thing]: return self.do_examine(thing)
            case [verb, *rest] if verb in self.verbs:
                try: return self.verbs[verb](*rest)
                except TypeError: return f"I do not understand how to {verb} that."
            case [verb, *_]: return f"I do not know how to {verb}."

    def do_go(self, way):
        exits = ROOMS[self.room][1]
        if self.dark() and way not in ("up", "west") and self.turns % 7 == 0: raise Dead("by falling in the dark")
        if way not in exits: return f"You cannot go {way}."
        if exits[way] == "vault" and not self.open: return "An iron door is locked."
        self.room = exits[way]
        if self.room == "vault":
            self.score += 50
            raise Won(self.score)
        return self.do_look()

    def do_look(self):
        if self.dark(): return "It is too dark to see."
        text = ROOMS[self.room][0]
        if things := self.here(): text += f" There is {', '.join(sorted(things))} here."
        return text

    def do_take(self, *things):
        out = []
        for thing in things if things != ("all",) else self.here():
            if self.dark(): out.append("You fumble in the dark.")
            elif thing not in self.items or self.items[thing] != self.room: out.append(f"There is no {thing}.")
            elif len(self.held) >= 4: out.append("Your hands are full.")
            else:
                self.items[thing] = "held"
                self.held.add(thing)
                self.score += 5
                out.append(f"Taken: {thing}.")
        return " ".join(out) or "Nothing to take."

    def do_drop(self, thing):
        if thing not in self.held: return f"You have no {thing}."
        self.held.discard(thing)
        self.items[thing] = self.room
        self.score -= 5
        return "Dropped."

    def do_light(self, thing):
        if thing != "lamp" or "lamp" not in self.held: return "With what?"
        self.lit = not self.lit
        return "The lamp glows." if self.lit else "Darkness."

    def do_unlock(self, thing):
        if thing == "door" and self.room == "cellar" and "key" in self.held:
            self.open = True
            return "The door swings open."
        return "That does not work."

    def do_read(self, thing):
        if thing not in self.held: return "You do not have it."
        return {"book": "It mentions a vault.", "letter": "'Mind the dark.'"}.get(thing, "There is nothing to read.")

    def do_examine(self, thing): return f"Just a {thing}." if thing in self.held or thing in self.here() else "You see no such thing."

    def do_inventory(self): return ", ".join(sorted(self.held)) or "nothing"

    def do_climb(self):
        if self.room == "garden" and "rope" not in self.held and self.turns % 5 == 0: raise Dead("in the well")
        return "There is nothing to climb."


class Player:
    """Types commands: mostly sensible ones, chosen by a linear congruential generator."""

    def __init__(self, seed): self.seed = seed

    def pick(self, options):
        self.seed = (self.seed * 1103515245 + 12345) & 0x7FFFFFFF
        return options[(self.seed >> 16) % len(options)]

    def next(self, game):
        if game.room == "cellar" and "key" in game.held and not game.open: return "unlock door"
        if game.room == "kitchen" and "lamp" in game.held and not game.lit: return "light lamp"
        kind = self.pick("ggggggtttldreixccu")
        thing = self.pick(list(ITEMS))
        if kind == "g": return self.pick(("go ", "")) + self.pick(list(ROOMS[game.room][1]) + ["north", "up"])
        return {"t": self.pick(("take all", f"take {thing}", f"pick up {thing} coin")), "l": "look", "d": f"drop {thing}", "r": f"read {thing}", "e": f"look at {thing}", "i": "inventory", "x": self.pick(("dance", "", "drop", "unlock it")), "c": "climb", "u": "unlock door"}[kind]


def play(seed):
    game, player, said = Game(), Player(seed), 0
    try:
        while True: said += len(game.command(player.next(game)))
    except Dead as e: return "dead", str(e), said, game.turns
    except Won as e: return "won", e.args[0], said, game.turns


def main(games):
    ends, said, turns = {}, 0, 0
    for seed in range(games):
        kind, why, length, count = play(seed * 7919 + 1)
        ends[kind, why] = ends.get((kind, why), 0) + 1
        said += length
        turns += count
    return ends, said, turns


if __name__ == "__main__":
    ends, said, turns = main(int(sys.argv[1]) if len(sys.argv) > 1 else 800)
    for (kind, why), count in sorted(ends.items(), key=str): print(kind, why, count)
    print(said, turns)
