len = lambda x: "shadowed"
len_result = len([1])
