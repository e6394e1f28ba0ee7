# The caret of an attribute chain, on a line with tabs and wide text before it.
class Node:
    def __init__(self, next=None): self.next = next


node = Node(Node(Node()))
def walk(n):
	label = "日本語テキスト"; value = n.next.next.next.next.value; print(label)
	return value


walk(node)
